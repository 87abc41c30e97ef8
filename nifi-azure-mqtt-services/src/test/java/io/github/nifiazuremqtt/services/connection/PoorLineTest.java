/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.api.SystemProperty;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.fault.ConnectionFaults;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A line that breaks all the time is not taken for a message that the hub does not like, nor for another client. */
@Timeout(180)
class PoorLineTest {

    private static final String DEVICE = "pump-7";

    private static final DeviceSelection SELECTION = DeviceSelection.only(DeviceIdentity.ofDevice(DEVICE));

    private static final Duration LIFE = Duration.ofMillis(400);

    /** Per connection in turn: later than it lives, or just in time for one message and not for a second. */
    private static final List<Duration> DELAYS = List.of(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1),
            Duration.ofMillis(250), Duration.ofMillis(250), Duration.ofMillis(1), Duration.ofMillis(250));

    private static final int POOR_CONNECTIONS = 25;

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    @Test
    void testNoMessageIsRefusedWhereAcknowledgmentsComeTooLate() throws Exception {
        final ConnectionFaults faults = emulator().faults().of(DEVICE).closeEvery(LIFE).delayPubacks(DELAYS.getFirst());
        final List<String> ids = IntStream.range(0, 500).mapToObj("id-%d"::formatted).toList();
        try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 1); DeviceConnection connection = hub.connect(DEVICE)) {
            final Thread line = Thread.ofPlatform().start(() -> {
                for (int number = 1; number < POOR_CONNECTIONS; number++) {
                    final int before = number;
                    ConnectedHub.await(() -> emulator().connections().opened() > before);
                    faults.delayPubacks(DELAYS.get(number % DELAYS.size()));
                }
                faults.clear();
            });
            final OrderedPublisher publisher = new OrderedPublisher(connection, ids);
            publisher.sendAll();
            line.join();

            assertEquals(List.of(), publisher.refused());
            assertEquals(ids, List.copyOf(new LinkedHashSet<>(emulator().telemetry().messages().stream().map(TelemetryMessage::messageId).toList())));
            assertTrue(hub.log().getErrorMessages().isEmpty());
        }
    }

    @Test
    void testMessagesFromTheCloudKeepComing() throws Exception {
        emulator().messages().liftQueueLimit();
        emulator().faults().of(DEVICE).closeEvery(Duration.ofMillis(150));
        try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100);
             Receiver<ReceivedMessage> receiver = hub.connections().registry().receiveMessages(SELECTION)) {
            final Set<String> received = new LinkedHashSet<>();
            int sent = 0;
            long last = System.nanoTime();
            long longest = 0;
            while (emulator().connections().opened() < ConnectionStateMachine.UNSTEADY_LIVES + 5) {
                if (sent - received.size() < 40) {
                    emulator().messages().send(DEVICE, CloudMessage.of("x").withMessageId("id-" + sent));
                    sent++;
                }
                for (final ReceivedMessage message : receiver.poll(10, Duration.ofMillis(5))) {
                    received.add(message.properties().find(SystemProperty.MESSAGE_ID).orElseThrow());
                    receiver.acknowledge(message);
                    longest = Math.max(longest, System.nanoTime() - last);
                    last = System.nanoTime();
                }
            }
            assertTrue(Duration.ofNanos(longest).compareTo(Duration.ofSeconds(30)) < 0, "silent for %d ms".formatted(longest / 1_000_000));
            assertTrue(hub.log().getErrorMessages().isEmpty());
            assertTrue(hub.log().getWarnMessages().stream().anyMatch(message -> message.getMsg().contains("another client")));
        }
    }

    @Test
    void testOtherClientIsRecognizedAlthoughTheHubSendsAgainWhatNobodyAcknowledges() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100);
             Receiver<ReceivedMessage> receiver = hub.connections().registry().receiveMessages(SELECTION);
             DeviceConnection connection = hub.connect(DEVICE);
             ConnectedHub other = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100)) {
            emulator().messages().send(DEVICE, CloudMessage.of("x").withMessageId("never acknowledged"));
            try (DeviceConnection rival = other.acquire(DEVICE)) {
                ConnectedHub.await(() -> isTakenOver(connection) || isTakenOver(rival));
                assertTrue(receiver.poll(1, Duration.ZERO).size() <= 1);
            }
        }
    }

    @Test
    void testConnectionThatNobodyNeedsGivesWayAtOnce() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100);
             ConnectedHub other = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100)) {
            hub.connect(DEVICE).close();
            try (DeviceConnection rival = other.connect(DEVICE)) {
                final long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
                ConnectedHub.await(() -> System.nanoTime() > end);
                assertEquals(2, emulator().connections().opened());
                assertEquals(ConnectionState.CONNECTED, rival.getStatus().state());
            }
            hub.connect(DEVICE).close();
            assertEquals(3, emulator().connections().opened());
        }
    }

    private static boolean isTakenOver(final DeviceConnection connection) {
        return connection.getStatus().findLastFailure().filter(failure -> failure.getCategory() == FailureCategory.TAKEN_OVER).isPresent();
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }
}
