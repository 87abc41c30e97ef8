/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.telemetry.DistinctMessageIds;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sender that never waits. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LoadTest {

    private static final int MESSAGES = 300_000;
    private static final int BATCH = 500;

    @Test
    void testUnboundedWindow() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start();
                SSLSocket socket = RawMqttClient.tlsSocket(emulator, emulator.mqttPort())) {
            emulator.telemetry().keepLast(10);
            final DistinctMessageIds ids = emulator.telemetry().countDistinctIds();
            assertEquals(0, new RawMqttClient(socket).connectWith(RawMqttClient.connect(emulator, "dev-001")));
            final long start = System.nanoTime();
            final CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> send(socket));
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals(0x40020000 | i % 65_535 + 1, in.readInt());
            }

            final double seconds = (System.nanoTime() - start) / 1e9;
            sender.join();
            assertTrue(ids.await(MESSAGES, Duration.ofSeconds(10)));
            assertEquals(10, emulator.telemetry().messages().size());
            assertTrue(MESSAGES / seconds > 5_000, () -> "%.0f messages/s".formatted(MESSAGES / seconds));
        }
    }

    private static void send(final SSLSocket socket) {
        final byte[] payload = new byte[256];
        try {
            for (int i = 0; i < MESSAGES; i += BATCH) {
                final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH * 400);
                for (int j = i; j < i + BATCH; j++) {
                    final byte[] topic = "devices/dev-001/messages/events/%%24.mid=%07d".formatted(j).getBytes(StandardCharsets.US_ASCII);
                    final byte[] body = new RawMqttClient.Body().number(topic.length).bytes(topic).number(j % 65_535 + 1).bytes(payload).toByteArray();
                    batch.write(0x32);
                    batch.write(body.length % 128 | 0x80);
                    batch.write(body.length / 128);
                    batch.writeBytes(body);
                }

                socket.getOutputStream().write(batch.toByteArray());
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
