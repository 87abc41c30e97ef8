/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.telemetry.DistinctMessageIds;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FaultsTest {

    private static final String EVENTS = "devices/dev-001/messages/events/";

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").device("dev-002").freshPerTest().build();

    @Test
    void testDropClosesInOrder() throws IOException {
        try (RawMqttClient client = connected()) {
            HUB.emulator().faults().dropConnections();
            assertTrue(client.isClosedSilently());
        }
    }

    @Test
    void testResetIsSeenAsReset() throws IOException {
        try (RawMqttClient client = connected()) {
            HUB.emulator().faults().resetConnections();
            assertThrows(SocketException.class, client::read);
        }
    }

    @Test
    void testPubacksAreDelayedInOrderAndInParallel() throws IOException {
        HUB.emulator().faults().everyone().delayPubacks(Duration.ofMillis(200));
        try (RawMqttClient client = connected()) {
            final long start = System.nanoTime();
            for (int i = 1; i <= 500; i++) {
                client.publish(EVENTS, i, "");
            }

            assertEquals(1, client.readPuback());
            final long first = System.nanoTime() - start;
            HUB.emulator().faults().everyone().delayPubacks(Duration.ZERO);
            client.publish(EVENTS, 501, "");
            for (int i = 2; i <= 501; i++) {
                assertEquals(i, client.readPuback());
            }

            final long all = System.nanoTime() - start;
            assertTrue(first >= TimeUnit.MILLISECONDS.toNanos(200));
            assertTrue(all < TimeUnit.SECONDS.toNanos(5));
        }
    }

    @Test
    void testSwallowedPuback() throws IOException {
        HUB.emulator().faults().everyone().swallowPuback(2);
        try (RawMqttClient client = connected()) {
            for (int i = 1; i <= 4; i++) {
                client.publish(EVENTS, i, "");
            }

            assertEquals(1, client.readPuback());
            assertEquals(3, client.readPuback());
            assertEquals(4, client.readPuback());
            assertEquals(4, HUB.emulator().telemetry().count());
        }
    }

    @Test
    void testEveryThirdPubackIsSwallowed() throws IOException {
        HUB.emulator().faults().client("dev-001").swallowEveryPuback(3);
        try (RawMqttClient client = connected()) {
            for (int i = 1; i <= 7; i++) {
                client.publish(EVENTS, i, "");
            }

            for (final int expected : new int[]{1, 2, 4, 5, 7}) {
                assertEquals(expected, client.readPuback());
            }
        }
    }

    @Test
    void testConnectionsLiveForAWhileOnly() throws IOException {
        HUB.emulator().faults().everyone().closeEvery(Duration.ofMillis(100));
        for (int i = 0; i < 3; i++) {
            try (RawMqttClient client = connected()) {
                assertTrue(client.isClosedSilently());
            }
        }

        assertEquals(3, HUB.emulator().connections().opened("dev-001"));
    }

    @Test
    void testPoisonIsNeitherStoredNorAcknowledged() throws IOException {
        HUB.emulator().faults().everyone().poison(message -> "bad".equals(message.messageId()));
        try (RawMqttClient client = connected()) {
            client.publish(EVENTS + "$.mid=good", 1, "");
            assertEquals(1, client.readPuback());
            client.publish(EVENTS + "$.mid=bad", 2, "");
            assertTrue(client.isClosedSilently());
            assertEquals(1, HUB.emulator().telemetry().count());
        }
    }

    @Test
    void testRefusedConnectsOfOneClient() throws IOException {
        HUB.emulator().faults().client("dev-001").refuseConnects(3, 2);
        assertEquals(3, connect("dev-001"));
        assertEquals(0, connect("dev-002"));
        assertEquals(3, connect("dev-001"));
        assertEquals(0, connect("dev-001"));
    }

    @Test
    void testLateConnackKeepsEarlyPacketsWaiting() throws IOException {
        HUB.emulator().faults().everyone().delayConnacks(Duration.ofMillis(300));
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            final long start = System.nanoTime();
            client.send(0x10, RawMqttClient.connect(HUB.emulator(), "dev-001").body());
            client.publish(EVENTS, 1, "early");
            assertEquals(0, client.readConnack());
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(300));
            assertEquals(1, client.readPuback());
        }
    }

    @Test
    void testSlowReaderStopsTheSender() throws IOException {
        HUB.emulator().faults().everyone().readSlowly(Duration.ofMillis(200));
        try (RawMqttClient client = connected()) {
            final long start = System.nanoTime();
            for (int i = 1; i <= 20; i++) {
                client.publish(0x02, EVENTS, i, new byte[200_000]);
            }

            for (int i = 1; i <= 20; i++) {
                assertEquals(i, client.readPuback());
            }

            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(400));
        }
    }

    @Test
    void testAwayForATimeOnTheSamePort() throws IOException {
        final int port = HUB.emulator().mqttPort();
        try (RawMqttClient client = connected()) {
            HUB.emulator().faults().goAway(Duration.ofSeconds(2));
            assertTrue(client.isClosedSilently());
            assertThrows(ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
        }

        Conditions.await(() -> isOpen(port));
        assertEquals(port, HUB.emulator().mqttPort());
        assertEquals(0, connect("dev-001"));
    }

    @Test
    void testRefusedSockets() throws IOException {
        HUB.emulator().faults().refuseSockets(true);
        assertThrows(IOException.class, () -> RawMqttClient.open(HUB.emulator()));
        HUB.emulator().faults().refuseSockets(false);
        assertEquals(0, connect("dev-001"));
    }

    @Test
    void testThrottledConnects() throws IOException {
        HUB.emulator().faults().connects().limit(5, Duration.ofMillis(250));
        final long start = System.nanoTime();
        assertEquals(0, connect("dev-001"));
        assertEquals(0, connect("dev-002"));
        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(150));
    }

    @Test
    void testDistinctMessageIds() throws IOException, InterruptedException {
        final DistinctMessageIds ids = HUB.emulator().telemetry().countDistinctIds();
        try (RawMqttClient client = connected()) {
            for (final String id : new String[]{"a", "b", "a", "c"}) {
                client.publish(EVENTS + "$.mid=" + id, 1, "");
                client.readPuback();
            }
        }

        assertTrue(ids.await(3, Duration.ofSeconds(5)));
        assertEquals(1, ids.repeats());
        assertFalse(ids.await(4, Duration.ofMillis(10)));
    }

    private static boolean isOpen(final int port) {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    private static int connect(final String deviceId) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            return client.connectWith(RawMqttClient.connect(HUB.emulator(), deviceId));
        }
    }

    private static RawMqttClient connected() throws IOException {
        final RawMqttClient client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001")));
        return client;
    }
}
