/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.nifiazuremqtt.emulator.service.JsonBody;
import io.github.nifiazuremqtt.emulator.service.MalformedJsonException;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;

/**
 * A call of a direct method. Its times are those of the real service and pass faster on an emulator with scaled timings.
 *
 * @param name name of the method
 * @param payload payload, JSON null if there is none
 * @param responseTimeoutSeconds how long the caller waits for the answer of a device that is connected, 5 to 300
 * @param connectTimeoutSeconds how long the caller waits for a device that is not, 0 to 300
 */
public record MethodCall(String name, JsonNode payload, int responseTimeoutSeconds, int connectTimeoutSeconds) {

    static final int DEFAULT_RESPONSE_TIMEOUT = 30;
    private static final int SHORTEST_RESPONSE_TIMEOUT = 5;
    private static final int LONGEST_TIMEOUT = 300;

    public MethodCall {
        payload = payload == null || payload.isMissingNode() ? NullNode.getInstance() : payload;
    }

    /** A call with the usual times; the payload is JSON or empty. */
    public static MethodCall of(final String name, final String payload) throws ServiceException {
        try {
            return new MethodCall(name, payload.isEmpty() ? null : JsonBody.read(payload), DEFAULT_RESPONSE_TIMEOUT, 0);
        } catch (final MalformedJsonException e) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The payload is not JSON: %s.".formatted(e.getMessage()));
        }
    }

    /** Reads the body of a request to the service API. */
    public static MethodCall of(final JsonNode body) {
        return new MethodCall(body.path("methodName").asText(""), body.path("payload"),
                body.path("responseTimeoutInSeconds").asInt(DEFAULT_RESPONSE_TIMEOUT), body.path("connectTimeoutInSeconds").asInt(0));
    }

    public MethodCall withResponseTimeout(final int seconds) {
        return new MethodCall(name, payload, seconds, connectTimeoutSeconds);
    }

    public MethodCall withConnectTimeout(final int seconds) {
        return new MethodCall(name, payload, responseTimeoutSeconds, seconds);
    }

    void check() throws ServiceException {
        // the other characters reach the device as they are, these two cannot be in the topic of a PUBLISH
        if (name.isEmpty() || name.indexOf('#') >= 0 || name.indexOf('+') >= 0) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The method name '%s' is not valid.".formatted(name));
        }

        if (responseTimeoutSeconds < SHORTEST_RESPONSE_TIMEOUT || responseTimeoutSeconds > LONGEST_TIMEOUT) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The response timeout must be %d to %d seconds."
                    .formatted(SHORTEST_RESPONSE_TIMEOUT, LONGEST_TIMEOUT));
        }

        if (connectTimeoutSeconds < 0 || connectTimeoutSeconds > LONGEST_TIMEOUT) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "The connect timeout must be 0 to %d seconds.".formatted(LONGEST_TIMEOUT));
        }
    }
}
