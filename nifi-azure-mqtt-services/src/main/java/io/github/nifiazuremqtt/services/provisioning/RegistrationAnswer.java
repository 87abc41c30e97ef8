/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An answer of the Device Provisioning Service (contract sections 8.2 to 8.5).
 *
 * @param statusCode status in the topic
 * @param retryAfter how long the service asks to wait, or null
 * @param body       body as received
 * @param json       body as JSON; a missing node if it is none
 */
record RegistrationAnswer(int statusCode, Duration retryAfter, byte[] body, JsonNode json) {

    private static final int LONGEST_NAME = 64;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static RegistrationAnswer of(final int statusCode, final Duration retryAfter, final byte[] body) {
        return new RegistrationAnswer(statusCode, retryAfter, body, parse(body));
    }

    private static JsonNode parse(final byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (final IOException e) {
            return MissingNode.getInstance();
        }
    }

    Optional<String> findStatus() {
        return findText(json, "status");
    }

    Optional<String> findOperationId() {
        return findText(json, "operationId");
    }

    /**
     * @return text of a field of {@code registrationState}; empty if it is absent, null or empty
     */
    Optional<String> findState(final String field) {
        return findText(json.path("registrationState"), field);
    }

    /**
     * @return connection profile of the assigned hub, cut if it is no name at all; empty if the service names none, as for a classic hub
     */
    Optional<String> findConnectionProfile() {
        final JsonNode profile = json.path("registrationState").path("connectionProfile");
        return profile.isMissingNode() || profile.isNull() ? Optional.empty()
                : Optional.of(profile.isTextual() ? profile.textValue() : profile.toString()).map(RegistrationAnswer::printable);
    }

    private static String printable(final String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_NAME)).replaceAll("\\p{Cntrl}", "?");
    }

    /**
     * @return error code, of the answer or of a registration that failed
     */
    Optional<Integer> findErrorCode() {
        final JsonNode code = json.path("errorCode");
        final JsonNode errorCode = code.isInt() ? code : json.path("registrationState").path("errorCode");
        return errorCode.isInt() ? Optional.of(errorCode.intValue()) : Optional.empty();
    }

    /**
     * @return what the service says about an error
     */
    Optional<String> findMessage() {
        return findText(json, "message").or(() -> findState("errorMessage"));
    }

    HubError toHubError() {
        return new HubError(statusCode, findErrorCode().orElse(null), findText(json, "trackingId").orElse(null), new String(body, StandardCharsets.UTF_8),
                retryAfter);
    }

    private static Optional<String> findText(final JsonNode parent, final String field) {
        final JsonNode value = parent.path(field);
        return value.isValueNode() && !value.isNull() && !value.asText().isEmpty() ? Optional.of(value.asText()) : Optional.empty();
    }
}
