/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A direct method that waits for its answer.
 *
 * @param identity     device or module that is asked
 * @param hostName     host name of the hub
 * @param endpointUri  where it arrived, for provenance; see {@link DeviceConnection#getEndpointUri()}
 * @param requestId    names this exchange; unique on this node, because it is made of {@code $rid} (which starts again with every connection) and the
 *                     connection on which the request came
 * @param methodName   name of the method
 * @param payload      JSON, UTF-8, or empty; must not be changed
 * @param received     when it arrived
 */
public record MethodRequest(DeviceIdentity identity, String hostName, String endpointUri, String requestId, String methodName, byte[] payload,
                            Instant received) {

    public MethodRequest {
        Objects.requireNonNull(identity, "Identity required");
        Objects.requireNonNull(endpointUri, "Endpoint URI required");
        Objects.requireNonNull(requestId, "Request ID required");
        Objects.requireNonNull(methodName, "Method Name required");
        Objects.requireNonNull(payload, "Payload required");
    }

    @Override
    public String toString() {
        return "MethodRequest[identity=%s, requestId=%s, methodName=%s]".formatted(identity, requestId, methodName);
    }
}
