/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.util.Optional;

/**
 * What the caller of a direct method could not read, found before it is sent (contract section 6). The status is a number of 31 bits: edgeHub
 * ({@code DirectMethodResponse} in Azure/iotedge) and the service clients hold it in a signed 32-bit integer, and one below zero no convention knows.
 */
public final class MethodRules {

    /** Largest payload of a request or an answer, in bytes. */
    public static final int MAXIMUM_PAYLOAD = 128 * 1024;

    private MethodRules() {
    }

    /**
     * @return why the answer cannot be sent, in one sentence; empty if it can
     */
    public static Optional<String> findProblem(final int statusCode, final byte[] payload) {
        if (statusCode < 0) {
            return Optional.of("The status of the answer is %d, callers take 0 to %d".formatted(statusCode, Integer.MAX_VALUE));
        }
        if (payload.length > MAXIMUM_PAYLOAD) {
            return Optional.of("The answer has %d bytes, IoT Hub takes %d".formatted(payload.length, MAXIMUM_PAYLOAD));
        }
        return payload.length == 0 ? Optional.empty() : JsonRules.findProblem(payload).map("The answer "::concat);
    }
}
