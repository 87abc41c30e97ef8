/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class IoTHubEmulatorTest {

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
