/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Optional;

/**
 * What the caller of a direct method could not read, found before it is sent (contract section 6).
 */
public final class MethodRules {

    /** Largest payload of a request or an answer, in bytes. */
    public static final int MAXIMUM_PAYLOAD = 128 * 1024;

    private static final JsonFactory FACTORY = new JsonFactory();

    private MethodRules() {
    }

    /**
     * @return why the answer cannot be sent, in one sentence; empty if it can
     */
    public static Optional<String> findProblem(final byte[] payload) {
        if (payload.length > MAXIMUM_PAYLOAD) {
            return Optional.of("The answer has %d bytes, IoT Hub takes %d".formatted(payload.length, MAXIMUM_PAYLOAD));
        }
        if (payload.length == 0) {
            return Optional.empty();
        }

        try (JsonParser parser = FACTORY.createParser(payload)) {
            if (parser.nextToken() == null) {
                return Optional.of("The answer is empty space, not JSON");
            }
            parser.skipChildren();
            return parser.nextToken() == null ? Optional.empty() : Optional.of("The answer is more than one JSON value");
        } catch (final IOException e) {
            return Optional.of("The answer is no JSON: " + e.getMessage().lines().findFirst().orElse(""));
        }
    }
}
