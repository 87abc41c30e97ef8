/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Microsoft's own device client is the judge. It wants a dot in the name of the hub. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MicrosoftDeviceClientTest {

    private static final String DEVICE = "dev-001";
    private static final String MODULE = "mod-a";

    private WellKnownPorts ports;
    private IoTHubEmulator emulator;

    @BeforeEach
    void startEmulator() throws IOException {
        ports = WellKnownPorts.start(IoTHubEmulator.builder().hostName("127.0.0.1").device(DEVICE).module(DEVICE, MODULE));
        emulator = ports.emulator();
    }

    @AfterEach
    void stopEmulator() throws IOException {
        ports.close();
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testDeviceConnectsAndSends(final IotHubClientProtocol protocol) throws Exception {
        final DeviceClient client = new DeviceClient(emulator.connectionString(DEVICE).text(), protocol, options());
        try {
            client.open(false);
            final Message message = new Message("{\"temperature\":21.5}".getBytes(StandardCharsets.UTF_8));
            message.setMessageId("m1");
            message.setCorrelationId("c1");
            message.setContentType("application/json");
            message.setContentEncoding("utf-8");
            message.setProperty("site", "plant A/€ 100% + more & so on: #1");
            message.setProperty("größe", "x=y?");
            client.sendEvent(message);
            assertTrue(emulator.telemetry().await(1, Duration.ofSeconds(5)));
            final TelemetryMessage arrived = emulator.telemetry().messages().getFirst();
            assertEquals("{\"temperature\":21.5}", arrived.text());
            assertEquals("m1", arrived.messageId());
            assertEquals("c1", arrived.systemProperties().get("correlation-id"));
            assertEquals("application/json", arrived.systemProperties().get("content-type"));
            assertEquals("utf-8", arrived.systemProperties().get("content-encoding"));
            assertEquals("plant A/€ 100% + more & so on: #1", arrived.applicationProperties().get("site"));
            assertEquals("x=y?", arrived.applicationProperties().get("größe"));
            assertEquals(2, arrived.applicationProperties().size());
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testModuleConnectsAndSends(final IotHubClientProtocol protocol) throws Exception {
        final String connectionString = emulator.connectionString(emulator.hub(), IdentityKey.module(DEVICE, MODULE)).text();
        final ModuleClient client = new ModuleClient(connectionString, protocol, options());
        try {
            client.open(false);
            client.sendEvent(new Message("body"));
            assertEquals(MODULE, emulator.telemetry().messages().getFirst().moduleId());
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testDisabledDeviceIsNotAuthorized(final IotHubClientProtocol protocol) {
        emulator.hub().registry().setEnabled(IdentityKey.device(DEVICE), false);
        final DeviceClient client = new DeviceClient(emulator.connectionString(DEVICE).text(), protocol, options());
        try {
            assertThrows(IotHubClientException.class, () -> client.open(false));
            Conditions.await(() -> emulator.connections().ends().stream().anyMatch(end -> end.refusal().row() == 18));
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testDeviceConnectsThroughGateway(final IotHubClientProtocol protocol) throws Exception {
        ports.close();
        ports = WellKnownPorts.start(IoTHubEmulator.builder().hostName("contoso.azure-devices.net").gateway("127.0.0.1").device(DEVICE));
        emulator = ports.emulator();
        final String connectionString = emulator.connectionString(DEVICE).text();
        assertTrue(connectionString.startsWith("HostName=contoso.azure-devices.net;") && connectionString.endsWith(";GatewayHostName=127.0.0.1"));
        final DeviceClient client = new DeviceClient(connectionString, protocol, options());
        try {
            client.open(false);
            client.sendEvent(new Message("body"));
            assertEquals("body", emulator.telemetry().messages().getFirst().text());
        } finally {
            client.close();
        }
    }

    private ClientOptions options() {
        return ClientOptions.builder().sslContext(RawMqttClient.trusting(emulator.trustAnchor())).build();
    }
}
