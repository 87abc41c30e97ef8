/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services that come and go leave no thread and no socket behind.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ServiceLifecycleIT {

    private static final String DEVICE = "dev-001";

    @TempDir
    private Path directory;

    @Test
    void testTenTimesMadeAndDeleted() throws Exception {
        makeAndDelete(10);
    }

    @Test
    @Tag("long")
    void testFiftyTimesMadeAndDeleted() throws Exception {
        makeAndDelete(50);
    }

    private void makeAndDelete(final int rounds) throws Exception {
        try (IoTHubEmulator hub = IoTHubEmulator.builder().device(DEVICE).start();
             NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT)) {
            round(nifi, hub, 0);
            final long threads = bundleThreads(nifi);
            final long sockets = sockets(nifi, hub);

            for (int round = 1; round <= rounds; round++) {
                round(nifi, hub, round);
            }

            Await.until("threads and sockets as at the start", Duration.ofSeconds(30), () -> bundleThreads(nifi) <= threads && sockets(nifi, hub) <= sockets);
            Report.line("%d rounds: threads of the bundle %d, then %d; sockets to the hub %d, then %d", rounds, threads, bundleThreads(nifi), sockets,
                    sockets(nifi, hub));
            assertEquals(0, threads);
            assertEquals(0, sockets);
            assertTrue(hub.connections().open().isEmpty());
            assertEquals(rounds + 1, hub.connections().opened(DEVICE));
        }
    }

    private static void round(final NiFiInstance nifi, final IoTHubEmulator hub, final int round) throws Exception {
        final PublishFlow flow = PublishFlow.create(nifi, hub, hub.connectionString(DEVICE));
        flow.feed(round, 1, "text");
        flow.start();
        Await.until("message " + round, Duration.ofSeconds(30), () -> hub.telemetry().count() > round);
        flow.awaitPublished(Duration.ofSeconds(30));
        if (round == 0) {
            assertTrue(bundleThreads(nifi) > 0, "no thread of the bundle is known by its name");
            assertEquals(1, sockets(nifi, hub));
        }
        flow.editor().delete();
    }

    /** Threads that the bundle or its libraries have started; jstack names them. */
    private static long bundleThreads(final NiFiInstance nifi) {
        try {
            final Path dump = Files.createTempFile("threads", ".txt");
            final Process jstack = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jstack").toString(), Long.toString(nifi.pid()))
                    .redirectErrorStream(true).redirectOutput(dump.toFile()).start();
            jstack.waitFor();
            try (Stream<String> lines = Files.lines(dump)) {
                return lines.filter(line -> line.startsWith("\"") && line.matches("(?i)\"[^\"]*(IoT|hivemq|netty|Rx|MQTT)[^\"]*\".*")).count();
            } finally {
                Files.delete(dump);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connections of the NiFi process to the port of the hub, as Linux knows them. */
    private static long sockets(final NiFiInstance nifi, final IoTHubEmulator hub) {
        final String port = ":%04X ".formatted(hub.mqttPort());
        try (Stream<String> tcp = Files.lines(Path.of("/proc", Long.toString(nifi.pid()), "net", "tcp"));
             Stream<String> tcp6 = Files.lines(Path.of("/proc", Long.toString(nifi.pid()), "net", "tcp6"))) {
            return Stream.concat(tcp, tcp6).filter(line -> line.contains(port) && line.matches(".*: \\S+ \\S+" + port + "01 .*")).count();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
