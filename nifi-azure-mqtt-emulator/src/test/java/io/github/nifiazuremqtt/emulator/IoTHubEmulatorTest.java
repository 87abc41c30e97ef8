/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class IoTHubEmulatorTest {

    @Test
    void testCloseLeavesNothingBehind() throws IOException {
        for (int i = 0; i < 5; i++) {
            try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start(); RawMqttClient client = RawMqttClient.open(emulator)) {
                assertEquals(0, client.connectWith(RawMqttClient.connect(emulator, "dev-001")));
            }
        }

        Conditions.await(() -> Thread.getAllStackTraces().keySet().stream().noneMatch(thread -> thread.getName().startsWith("iothub-emulator")));
    }

    @Test
    void testSeveralHubsBehindOnePort() throws IOException, InterruptedException {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").hub("127.0.0.2").start(); RawMqttClient client = RawMqttClient.open(emulator)) {
            final IoTHub second = emulator.hub("127.0.0.2");
            second.registry().addDevice("dev-001");
            final ConnectionString connection = emulator.connectionString(second, IdentityKey.device("dev-001"));
            assertEquals("127.0.0.2:" + emulator.mqttPort(), connection.hostName());
            final String token = SasToken.sign(connection.resource(), connection.sharedAccessKey(), emulator.clock().instant().plusSeconds(60), "").text();
            assertEquals(0, client.connectWith(RawMqttClient.connect(emulator, "dev-001").userName("127.0.0.2/dev-001/?api-version=2021-04-12").password(token)));
            client.publish("devices/dev-001/messages/events/", 1, "");
            assertEquals(1, client.readPuback());
            assertEquals(1, second.telemetry().count());
            assertEquals(0, emulator.telemetry().count());
        }
    }

    @Test
    void testResetBringsBackTheDevicesThatWereSetUp() throws IOException {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start(); RawMqttClient client = RawMqttClient.open(emulator)) {
            final ConnectionString before = emulator.connectionString("dev-001");
            emulator.hub().registry().addDevice("dev-002");
            assertEquals(0, client.connectWith(RawMqttClient.connect(emulator, "dev-002")));
            emulator.reset();
            assertTrue(client.isClosedSilently());
            assertEquals(before, emulator.connectionString("dev-001"));
            assertTrue(emulator.hub().registry().find(IdentityKey.device("dev-002")).isEmpty());
        }
    }

    @Test
    void testConnectAndSend() throws IOException, InterruptedException {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start(); RawMqttClient client = RawMqttClient.open(emulator)) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(emulator, "dev-001")));
            client.publish("devices/dev-001/messages/events/%24.mid=m1&%24.ct=application%2Fjson&site=plant%20A&bare&empty=", 7, "{}");
            assertEquals(7, client.readPuback());
            assertTrue(emulator.telemetry().await(1, Duration.ofSeconds(5)));
            final TelemetryMessage message = emulator.telemetry().messages().getFirst();
            assertEquals("m1", message.messageId());
            assertEquals("plant A", message.applicationProperties().get("site"));
            assertTrue(message.applicationProperties().containsKey("bare"));
            assertEquals("", message.applicationProperties().get("empty"));
            assertEquals("dev-001", message.systemProperties().get("iothub-connection-device-id"));
        }
    }
}
