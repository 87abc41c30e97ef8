/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device has one connection, however many processors speak for it and whoever else speaks for it.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class OneConnectionIT {

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private IoTHubEmulator hub;
    private NiFiInstance nifi;
    private PublishFlow flow;
    private IndexLog arrived;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        arrived = new IndexLog();
        hub.telemetry().addListener(arrived);
        nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT);
        flow = PublishFlow.create(nifi, hub, hub.connectionString(DEVICE));
    }

    @AfterEach
    void stop() {
        nifi.close();
        hub.close();
    }

    @Test
    void testTwoProcessorsOneConnection() throws Exception {
        final FlowEditor editor = flow.editor();
        final String second = flow.createPublisher(ProcessorSettings.azure("PublishToIoTHub"));
        final String generator = editor.createProcessor(ProcessorSettings.standard("GenerateFlowFile")
                .with("Data Format", "Text").with("Unique FlowFiles", "false").with("generate-ff-custom-text", "1000000 other").with("Batch Size", "500"));
        final String queue = editor.connect(generator, second, "success");
        editor.connect(second, flow.publisher(), "failure");
        editor.runProcessorOnce(generator);
        flow.feed(0, 5_000, "text");

        flow.start();
        editor.startProcessor(second);
        arrived.await(5_001, LIMIT);
        flow.awaitPublished(LIMIT);
        nifi.client().monitor().awaitQueued(queue, 0, LIMIT);

        Report.line("%d messages of two processors over %d connection", hub.telemetry().count(), hub.connections().opened(DEVICE));
        assertEquals(5_500, hub.telemetry().count());
        assertEquals(1, hub.connections().opened(DEVICE));
        assertEquals(0, hub.connections().evictions(DEVICE));
    }

    @Test
    void testForeignClientTakesOver() throws Exception {
        flow.feed(0, 100, "before");
        flow.start();
        arrived.await(100, LIMIT);
        // A connection that nobody needs would give way at once.
        final String source = flow.editor().createProcessor(ProcessorSettings.azure("ConsumeC2D")
                .with("IoT Hub Connection Service", flow.connections()).terminating("success"));
        flow.editor().startProcessor(source);
        // The other client comes to a connection that has worked for a while.
        Await.until("a life that is not short", LIMIT, new Elapsed(Duration.ofSeconds(11)));

        final Process foreigner = startForeignClient();
        try {
            Await.until("a bulletin that names the device and the cause", LIMIT, () -> bulletins().stream()
                    .anyMatch(bulletin -> bulletin.contains("[" + DEVICE + "]") && bulletin.contains("nother client")));
            final long evictions = hub.connections().evictions(DEVICE);
            Await.until("a quiet time", LIMIT, new Elapsed(Duration.ofSeconds(20)));
            final long later = hub.connections().evictions(DEVICE);
            Report.line("%d evictions until the bulletin, %d in the 20 s after it: %s", evictions, later - evictions,
                    bulletins().stream().filter(bulletin -> bulletin.contains("nother client")).findFirst().orElseThrow());
            assertTrue(later - evictions <= 2, "evictions went on: %d, then %d".formatted(evictions, later));
        } finally {
            foreigner.destroyForcibly().waitFor();
        }
        assertEquals(0, flow.failed());
    }

    private List<String> bulletins() {
        return nifi.client().monitor().bulletins();
    }

    /** A program that takes the connection whenever it loses it, as a second installation with the same credentials would. */
    private Process startForeignClient() throws IOException {
        final Path trust = hub.authority().writePem(directory.resolve("authority.pem"));
        final ProcessBuilder builder = new ProcessBuilder("mosquitto_sub", "-h", "localhost", "-p", Integer.toString(hub.mqttPort()),
                "--cafile", trust.toString(), "-V", "mqttv311", "-i", DEVICE, "-u", "localhost/" + DEVICE + "/?api-version=2021-04-12",
                "-P", hub.token(DEVICE, Duration.ofHours(1)), "-t", "devices/" + DEVICE + "/messages/devicebound/#", "-q", "1");
        return builder.redirectErrorStream(true).redirectOutput(Files.createTempFile(directory, "foreign", ".log").toFile()).start();
    }
}
