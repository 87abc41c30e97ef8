/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.nifiazuremqtt.emulator.command.CommandRun;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code mosquitto_pub} is a client that nobody here wrote. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MosquittoTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").freshPerTest().build();

    @TempDir
    Path directory;

    @Test
    void testPublishWithTokenOfTheCommandLine() throws IOException, InterruptedException {
        final String token = CommandRun.of("sas", HUB.emulator().connectionString("dev-001").text()).out().strip();
        assertEquals(0, publish(token, "devices/dev-001/messages/events/$.ct=application%2Fjson&site=plant%20A"));
        assertTrue(HUB.emulator().telemetry().await(1, Duration.ofSeconds(5)));
        final TelemetryMessage message = HUB.emulator().telemetry().messages().getFirst();
        assertEquals("{\"temperature\":21.5}", message.text());
        assertEquals("application/json", message.systemProperties().get("content-type"));
        assertEquals("plant A", message.applicationProperties().get("site"));
        assertEquals(1, message.qos());
    }

    @Test
    void testWrongTokenIsRefused() throws IOException, InterruptedException {
        assertNotEquals(0, publish("SharedAccessSignature sr=a&sig=b&se=1", "devices/dev-001/messages/events/"));
        assertEquals(0, HUB.emulator().telemetry().count());
    }

    private int publish(final String token, final String topic) throws IOException, InterruptedException {
        final Path caFile = HUB.emulator().authority().writePem(directory.resolve("ca.pem"));
        final ProcessBuilder builder = new ProcessBuilder("mosquitto_pub", "-V", "mqttv311", "-q", "1", "-h", "localhost",
                "-p", Integer.toString(HUB.emulator().mqttPort()), "--cafile", caFile.toString(), "-i", "dev-001",
                "-u", "localhost/dev-001/?api-version=2021-04-12", "-P", token, "-t", topic, "-m", "{\"temperature\":21.5}").redirectErrorStream(true);
        final Process process;
        try {
            process = builder.start();
        } catch (final IOException e) {
            throw new IOException("mosquitto_pub is missing: install the package mosquitto-clients", e);
        }

        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor();
    }
}
