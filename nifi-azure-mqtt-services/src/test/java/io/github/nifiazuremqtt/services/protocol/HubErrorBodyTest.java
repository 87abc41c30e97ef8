/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubErrorBodyTest {

    private static final ResponseTopic TOPIC = new ResponseTopic(429, "1", OptionalLong.empty(), Duration.ofSeconds(5));

    @Test
    void testParse() {
        final String body = "{\"errorCode\":429001,\"trackingId\":\"9a1f-G:0\",\"message\":\"Throttled\",\"timestampUtc\":\"2026-01-01T00:00:00.0000000Z\"}";
        final HubError error = HubErrorBody.parse(TOPIC, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(new HubError(429, 429001, "9a1f-G:0", body, Duration.ofSeconds(5)), error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "no JSON", "{\"errorCode\":", "{\"errorCode\":null,\"trackingId\":7}", "{\"errorCode\":99999999999}"})
    void testOtherBodyIsKept(final String body) {
        final HubError error = HubErrorBody.parse(TOPIC, body.getBytes(StandardCharsets.UTF_8));
        assertEquals(new HubError(429, null, null, body, Duration.ofSeconds(5)), error);
        assertEquals(OptionalInt.empty(), error.findErrorCode());
    }
}
