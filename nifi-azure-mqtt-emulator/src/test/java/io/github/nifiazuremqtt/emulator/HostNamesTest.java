/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two host names of a hub, which a client asks for in the TLS handshake (SNI). */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostNamesTest {

    private static final String CLASSIC = "contoso.azure-devices.net";
    private static final String DEVICE = "contoso.device.azure-devices.net";
    private static final String KEY = Authentication.newKey();

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder()
            .with(builder -> builder.hostName(CLASSIC).device("dev-001", Authentication.keys(KEY, KEY))).freshPerTest().build();

    @ParameterizedTest
    @CsvSource({CLASSIC + ", TLSv1.2, true", CLASSIC + ", TLSv1.3, false", DEVICE + ", TLSv1.2, true", DEVICE + ", TLSv1.3, true",
        "CONTOSO.Device.azure-devices.net, TLSv1.3, true", ", TLSv1.2, true", ", TLSv1.3, false"})
    void testProtocols(final String serverName, final String protocol, final boolean accepted) throws IOException {
        if (accepted) {
            try (SSLSocket socket = open(serverName, protocol)) {
                assertEquals(protocol, socket.getSession().getProtocol());
            }
        } else {
            assertThrows(SSLException.class, () -> open(serverName, protocol));
        }
    }

    @Test
    void testSuitesOfTheHubOnly() throws IOException {
        try (SSLSocket socket = open(CLASSIC, "TLSv1.2")) {
            assertTrue(socket.getSession().getCipherSuite().matches("TLS_ECDHE_(RSA|ECDSA)_WITH_AES_(128|256)_(GCM|CBC)_SHA(256|384)"));
        }

        final SSLSocket socket = unconnected(CLASSIC, "TLSv1.2");
        socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"});
        assertThrows(SSLException.class, socket::startHandshake);
    }

    /** Strictly, user name and token name the host that the client is connected to. */
    @ParameterizedTest
    @CsvSource({CLASSIC + "," + CLASSIC + "," + CLASSIC + ",0,0", DEVICE + "," + DEVICE + "," + DEVICE + ",0,0", "," + CLASSIC + "," + CLASSIC + ",0,0",
        DEVICE + "," + CLASSIC + "," + CLASSIC + ",5,0", CLASSIC + "," + DEVICE + "," + DEVICE + ",5,0", "," + DEVICE + "," + DEVICE + ",5,0",
        DEVICE + "," + DEVICE + "," + CLASSIC + ",5,0", CLASSIC + "," + CLASSIC + "," + DEVICE + ",5,0",
        DEVICE + ",other.device.azure-devices.net," + DEVICE + ",5,5", DEVICE + "," + DEVICE + ",other.device.azure-devices.net,5,5"})
    void testUserNameAndToken(final String serverName, final String userNameHost, final String tokenHost, final int strict, final int either)
            throws IOException {
        final RawMqttClient.Connect connect = new RawMqttClient.Connect("dev-001", userNameHost + "/dev-001/?api-version=2021-04-12",
                SasToken.sign(tokenHost + "/devices/dev-001", KEY, Instant.parse("2100-01-01T00:00:00Z"), "").text(), 4, 0, 60, null);
        try (RawMqttClient client = new RawMqttClient(open(serverName, "TLSv1.2"))) {
            assertEquals(strict, client.connectWith(connect));
        }

        HUB.emulator().hub().turnOn(HubSwitch.EITHER_HOST_NAME);
        try (RawMqttClient client = new RawMqttClient(open(serverName, "TLSv1.2"))) {
            assertEquals(either, client.connectWith(connect));
        }
    }

    private static SSLSocket open(final String serverName, final String protocol) throws IOException {
        final SSLSocket socket = unconnected(serverName, protocol);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocket unconnected(final String serverName, final String protocol) throws IOException {
        final SSLSocket socket = (SSLSocket) RawMqttClient.trusting(HUB.emulator().trustAnchor()).getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), HUB.emulator().mqttPort());
        socket.setEnabledProtocols(new String[] {protocol});
        final SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        return socket;
    }
}
