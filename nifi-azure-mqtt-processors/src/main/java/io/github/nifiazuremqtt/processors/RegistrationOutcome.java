/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one registration ended.
 *
 * @param result         where the device was assigned, or null
 * @param failure        why it was not assigned, or null
 * @param durationMillis time from the request to its end
 */
record RegistrationOutcome(ProvisioningResult result, IoTHubException failure, long durationMillis) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static RegistrationOutcome refused(final IoTHubException failure) {
        return new RegistrationOutcome(null, failure, 0);
    }

    boolean isAssigned() {
        return failure == null;
    }

    /**
     * @return true if the same request can succeed later without anybody doing anything. Credentials that are not accepted do not heal, and the service answers
     * an unknown registration id in the same way: waiting with them would hold up a list of devices for ever.
     */
    boolean isTransient() {
        return failure != null && switch (failure.getCategory()) {
            case NOT_CONNECTED, CONNECTION_LOST, TIMED_OUT, THROTTLED, SERVER_ERROR, LIMIT_REACHED, CLOSED, TAKEN_OVER -> true;
            case INVALID_CONTENT, REFUSED, VERSION_CONFLICT, INVALID_CONFIGURATION, UNAUTHORIZED, EXPIRED -> false;
        };
    }

    boolean isRefused() {
        return !isAssigned() && !isTransient();
    }

    /**
     * @return host name of the hub without port
     */
    String hubName() {
        return result.hostName().replaceFirst(":\\d+$", "");
    }

    /**
     * @return attributes of a FlowFile that stands for this registration
     */
    Map<String, String> toAttributes() {
        final Map<String, String> attributes = new LinkedHashMap<>();
        if (isAssigned()) {
            attributes.put(IoTHubAttributes.REGISTRATION_STATUS, "assigned");
            attributes.put(IoTHubAttributes.HOSTNAME, hubName());
            attributes.put(IoTHubAttributes.DEVICE_ID, result.deviceId());
            putIfPresent(attributes, IoTHubAttributes.OPERATION_ID, result.operationId());
            putIfPresent(attributes, IoTHubAttributes.REGISTRATION_SUBSTATUS, result.substatus());
        } else {
            attributes.put(IoTHubAttributes.FAILURE_REASON, failure.getMessage());
            failure.getHubError().ifPresent(error -> {
                attributes.put(IoTHubAttributes.STATUS_CODE, Integer.toString(error.statusCode()));
                error.findErrorCode().ifPresent(code -> attributes.put(IoTHubAttributes.ERROR_CODE, Integer.toString(code)));
                putIfPresent(attributes, IoTHubAttributes.TRACKING_ID, error.trackingId());
            });
            findFailedStatus().ifPresent(status -> attributes.put(IoTHubAttributes.REGISTRATION_STATUS, status));
        }
        return attributes;
    }

    /**
     * @return final state that the service named, for example disabled; empty if it refused the request as such
     */
    Optional<String> findFailedStatus() {
        return failure.getHubError().map(HubError::body).flatMap(RegistrationOutcome::parse).map(json -> json.path("status"))
                .filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    private static Optional<JsonNode> parse(final String body) {
        try {
            return Optional.of(MAPPER.readTree(body));
        } catch (final JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static void putIfPresent(final Map<String, String> attributes, final String name, final String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }
}
