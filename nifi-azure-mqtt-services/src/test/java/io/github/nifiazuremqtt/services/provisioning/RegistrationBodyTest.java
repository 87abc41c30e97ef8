/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationBodyTest {

    @Test
    void testEncodeWithoutPayload() {
        assertEquals("{\"registrationId\":\"sn-007\"}", encode("sn-007", ""));
    }

    @Test
    void testEncodePayloadAsItCame() {
        assertEquals("{\"registrationId\":\"sn-007\",\"payload\":{\"modelId\": 1.50000000000000000001, \"x\":\"\u00e9\"}}",
                encode("sn-007", "{\"modelId\": 1.50000000000000000001, \"x\":\"\u00e9\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "SN-007", "a.b_c:d-", "7"})
    void testRegistrationIdAllowed(final String registrationId) {
        assertEquals("{\"registrationId\":\"%s\"}".formatted(registrationId), encode(registrationId, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.", "a_", "a b", "a/b", "a\"b", "\u00e9", "a#", "a+"})
    void testRegistrationIdNotAllowed(final String registrationId) {
        assertEquals(FailureCategory.INVALID_CONTENT, assertThrows(IoTHubException.class, () -> encode(registrationId, "")).getCategory());
    }

    @Test
    void testRegistrationIdLength() {
        encode("a".repeat(128), "");
        assertThrows(IoTHubException.class, () -> encode("a".repeat(129), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "null", "{", "{} {}", "{}x", " "})
    void testPayloadNotAllowed(final String payload) {
        final IoTHubException refused = assertThrows(IoTHubException.class, () -> encode("sn-007", payload));

        assertEquals(FailureCategory.INVALID_CONTENT, refused.getCategory());
        assertTrue(refused.getMessage().contains("[sn-007]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "ISO-8859-1"})
    void testPayloadIsUtf8(final String encoding) {
        final byte[] payload = "{\"site\":\"n\u00f6rdlich\"}".getBytes(Charset.forName(encoding));
        final IoTHubException refused = assertThrows(IoTHubException.class, () -> RegistrationBody.encode(new ProvisioningRequest("sn-007", payload)));

        assertEquals(FailureCategory.INVALID_CONTENT, refused.getCategory());
    }

    @Test
    void testPayloadFaultsAreNamedInOurWords() {
        assertEquals("Payload for registration [a] is no JSON: there is a fault near line 1, column 9",
                assertThrows(IoTHubException.class, () -> encode("a", "{\"a\":NaN}")).getMessage());
        assertEquals("Payload for registration [a] begins with a byte order mark",
                assertThrows(IoTHubException.class, () -> encode("a", "\uFEFF{}")).getMessage());
        assertEquals("Payload for registration [a] is not a JSON object", assertThrows(IoTHubException.class, () -> encode("a", "[{}]")).getMessage());
    }

    @Test
    void testPayloadSize() {
        final int overhead = encode("a", "{\"x\":\"\"}").length();
        encode("a", "{\"x\":\"%s\"}".formatted("x".repeat(98_304 - overhead)));
        assertThrows(IoTHubException.class, () -> encode("a", "{\"x\":\"%s\"}".formatted("x".repeat(98_305 - overhead))));
    }

    private static String encode(final String registrationId, final String payload) {
        return new String(RegistrationBody.encode(new ProvisioningRequest(registrationId, payload.getBytes(StandardCharsets.UTF_8))), StandardCharsets.UTF_8);
    }
}
