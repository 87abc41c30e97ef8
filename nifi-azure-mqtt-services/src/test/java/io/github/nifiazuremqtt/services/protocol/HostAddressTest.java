/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostAddressTest {

    @Test
    void testParse() {
        assertEquals(new HostAddress("contoso-hub.azure-devices.net", OptionalInt.empty()), HostAddress.parse("contoso-hub.azure-devices.net"));
        assertEquals(new HostAddress("localhost", OptionalInt.of(18883)), HostAddress.parse("localhost:18883"));
        assertEquals(new HostAddress("[::1]", OptionalInt.of(1)), HostAddress.parse("[::1]:1"));
        assertEquals(new HostAddress("[fe80::1%eth0]", OptionalInt.empty()), HostAddress.parse("[fe80::1%eth0]"));
        assertEquals(8883, HostAddress.parse("edge_1").portOr(8883));
        assertEquals(443, HostAddress.parse("127.0.0.1:443").portOr(8883));
        assertEquals("127.0.0.1:443", HostAddress.parse("127.0.0.1:443").toString());
        assertEquals("127.0.0.1", HostAddress.parse("127.0.0.1").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "mqtts://hub", "hub/", "hub:", "hub:0", "hub:65536", "hub:x", "hub:-1", ":8883", "::1", "[::1", "hüb", "[]", "a:1:2"})
    void testRefused(final String text) {
        assertThrows(WireFormatException.class, () -> HostAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HostName=hub;DeviceId=d;SharedAccessKey=c2VjcmV0", "c2VjcmV0=", "mqtts://c2VjcmV0=", "hub:c2VjcmV0="})
    void testPastedSecretIsNotShown(final String text) {
        assertFalse(assertThrows(WireFormatException.class, () -> HostAddress.parse(text)).getMessage().contains("c2VjcmV0"));
    }
}
