/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.command.CommandRun;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code mosquitto_pub} and {@code mosquitto_sub} are clients that nobody here wrote. */
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

    @Test
    void testSubscriberGetsAndCompletesMessages() throws IOException, InterruptedException, ServiceException {
        for (final String id : List.of("m1", "m2")) {
            HUB.emulator().messages().send("dev-001", CloudMessage.of("text of " + id).withMessageId(id).withProperty("bare", null).withProperty("empty", ""));
        }

        final Process process = start("mosquitto_sub", HUB.emulator().token("dev-001", Duration.ofHours(1)),
                "devices/dev-001/messages/devicebound/#", "-C", "2", "-W", "20", "-F", "%q %t %p");
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        final String line = "1 devices/dev-001/messages/devicebound/%%24.mid=%1$s&%%24.to=%%2Fdevices%%2Fdev-001%%2Fmessages%%2FdeviceBound&bare&empty= text of %1$s%n";
        assertEquals(line.formatted("m1") + line.formatted("m2"), output);
        assertTrue(HUB.emulator().messages().awaitEnded("dev-001", 2, Duration.ofSeconds(5)));
    }

    private int publish(final String token, final String topic) throws IOException, InterruptedException {
        final Process process = start("mosquitto_pub", token, topic, "-m", "{\"temperature\":21.5}");
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    private Process start(final String program, final String token, final String topic, final String... more) throws IOException {
        final Path caFile = HUB.emulator().authority().writePem(directory.resolve("ca.pem"));
        final List<String> command = new ArrayList<>(List.of(program, "-V", "mqttv311", "-q", "1", "-h", "localhost",
                "-p", Integer.toString(HUB.emulator().mqttPort()), "--cafile", caFile.toString(), "-i", "dev-001",
                "-u", "localhost/dev-001/?api-version=2021-04-12", "-P", token, "-t", topic));
        command.addAll(List.of(more));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException e) {
            throw new IOException(program + " is missing: install the package mosquitto-clients", e);
        }
    }
}
