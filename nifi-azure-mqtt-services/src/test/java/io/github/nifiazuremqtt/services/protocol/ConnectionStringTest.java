/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.ConnectionString.Proof;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionStringTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @Test
    void testDevice() {
        final ConnectionString string = ConnectionString.parse("HostName=contoso-hub.azure-devices.net;DeviceId=dev-001;SharedAccessKey=" + KEY);
        assertEquals(HostAddress.parse("contoso-hub.azure-devices.net"), string.host());
        assertEquals(DeviceIdentity.ofDevice("dev-001"), string.identity());
        assertEquals(Proof.KEY, string.proof());
        assertEquals(KEY, string.secret());
        assertTrue(string.findGateway().isEmpty());
        assertEquals("HostName=contoso-hub.azure-devices.net;DeviceId=dev-001;SharedAccessKey=***", string.toString());
    }

    @Test
    void testModuleBehindGateway() {
        final ConnectionString string = ConnectionString.parse(" sharedaccesskey=%s; MODULEID=opc ;GatewayHostName=edge:18883;DeviceId=d=1;HostName=localhost:8;\n".formatted(KEY));
        assertEquals(DeviceIdentity.of("d=1", "opc"), string.identity());
        assertEquals(HostAddress.parse("edge:18883"), string.findGateway().orElseThrow());
        assertEquals("HostName=localhost:8;DeviceId=d=1;ModuleId=opc;SharedAccessKey=***;GatewayHostName=edge:18883", string.toString());
    }

    @Test
    void testSignature() {
        final String token = "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=topsecret%3D&se=1893456000";
        final ConnectionString string = ConnectionString.parse("HostName=h;DeviceId=d;SharedAccessSignature=" + token);
        assertEquals(Proof.SIGNATURE, string.proof());
        assertEquals(token, string.secret());
        assertFalse(string.toString().contains("topsecret"));
    }

    @Test
    void testCertificate() {
        final ConnectionString string = ConnectionString.parse("HostName=h;DeviceId=d;x509=True");
        assertEquals(Proof.CERTIFICATE, string.proof());
        assertNull(string.secret());
        assertEquals("HostName=h;DeviceId=d;x509=true", string.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "HostName=h;SharedAccessKey=topsecret | no DeviceId",
        "DeviceId=d;SharedAccessKey=topsecret | no HostName",
        "HostName=h;DeviceId=d | exactly one of",
        "HostName=h;DeviceId=d;SharedAccessKey=topsecret;x509=true | exactly one of",
        "HostName=h;DeviceId=d;SharedAccessKey=topsecret;SharedAccessSignature=topsecret | exactly one of",
        "HostName=h;DeviceId=d;x509=yes | other than true or false",
        "HostName=h;DeviceId=d;x509=false | exactly one of",
        "HostName=h;DeviceId=d;SharedAccessKey= | no value for SharedAccessKey",
        "HostName=h;DeviceId=d;DeviceId=e;SharedAccessKey=topsecret | DeviceId twice",
        "HostName=h;DeviceId=d;SharedAccessKey=topsecret;EntityPath=topsecret | unknown part named \"EntityPath\"",
        "HostName=h;SharedAccessKeyName=iothubowner;SharedAccessKey=topsecret | shared access policy",
        "HostName=https://h;DeviceId=d;SharedAccessKey=topsecret | scheme",
        "topsecret | not a connection string",
        "topsecrettopsecrettopsecrettopsecret= | not a connection string",
        "'' | no DeviceId"
    })
    void testRefused(final String text, final String reason) {
        final String message = assertThrows(WireFormatException.class, () -> ConnectionString.parse(text)).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("topsecret"));
    }
}
