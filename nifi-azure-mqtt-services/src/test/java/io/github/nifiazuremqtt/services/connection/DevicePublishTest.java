/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class DevicePublishTest {

    private static final String DEVICE = "pump-7";

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    @Test
    void testPublishInOrder() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 500); DeviceConnection connection = hub.connect(DEVICE)) {
            final MessagePublisher run = connection.openPublisher();
            final List<String> ids = ids(20_000);
            final List<CompletableFuture<Void>> outcomes = new ArrayList<>();
            for (final String id : ids) {
                outcomes.add(Publishing.publish(run, ConnectedHub.message(id)));
            }
            CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);

            assertEquals(ids, arrived());
            assertEquals(1, emulator().connections().opened());
            assertEquals(0, connection.getStatus().messagesInFlight());
            assertEquals("mqtts://localhost/devices/pump-7", connection.getEndpointUri());
        }
        assertTrue(emulator().connections().open().isEmpty());
    }

    @Test
    void testCutEndsRunAndNothingOvertakes() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            final OrderedPublisher publisher = new OrderedPublisher(connection, ids(10_000));
            final Thread cutter = Thread.ofPlatform().start(() -> {
                for (int cut = 1; cut <= 3; cut++) {
                    final long next = cut * 2_000L;
                    ConnectedHub.await(() -> emulator().telemetry().count() >= next);
                    emulator().faults().dropConnections();
                }
            });
            publisher.sendAll();
            cutter.join();

            assertEquals(publisher.ids(), List.copyOf(new LinkedHashSet<>(arrived())));
            assertTrue(publisher.runs() > 1);
        }
    }

    @Test
    void testAwayFailsRunWithoutBuffering() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            final MessagePublisher run = connection.openPublisher();
            Publishing.publish(run, ConnectedHub.message("first")).get();
            emulator().faults().goAway();
            ConnectedHub.await(() -> connection.getStatus().state() != ConnectionState.CONNECTED);

            assertTrue(category(Publishing.publish(run, ConnectedHub.message("second"))).isRetryable());
            final IoTHubException refused = assertThrows(IoTHubException.class, connection::openPublisher);
            assertEquals(FailureCategory.NOT_CONNECTED, refused.getCategory());

            emulator().faults().comeBack();
            ConnectedHub.awaitConnected(connection);
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("second")).get();
            assertEquals(List.of("first", "second"), arrived());
        }
    }

    @Test
    void testAbandonFailsWhatIsNotAcknowledgedAndConnectsAnew() throws Exception {
        emulator().faults().of(DEVICE).swallowPuback(1);
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            final MessagePublisher run = connection.openPublisher();
            final CompletableFuture<Void> swallowed = Publishing.publish(run, ConnectedHub.message("swallowed"));
            final CompletableFuture<Void> acknowledged = Publishing.publish(run, ConnectedHub.message("acknowledged"));
            acknowledged.get();
            assertFalse(swallowed.isDone());

            run.abandon();

            assertEquals(FailureCategory.TIMED_OUT, category(swallowed));
            assertEquals(FailureCategory.TIMED_OUT, category(Publishing.publish(run, ConnectedHub.message("later"))));
            ConnectedHub.await(() -> emulator().connections().opened() == 2);
            ConnectedHub.awaitConnected(connection);
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("swallowed")).get();
        }
    }

    @Test
    void testNoRoomIsSaidAtOnceAndRoomWhenItIsThere() throws Exception {
        emulator().faults().of(DEVICE).delayPubacks(Duration.ofSeconds(1));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 2); DeviceConnection connection = hub.connect(DEVICE)) {
            final MessagePublisher run = connection.openPublisher();
            Publishing.publish(run, ConnectedHub.message("1"));
            Publishing.publish(run, ConnectedHub.message("2"));
            final CountDownLatch room = new CountDownLatch(1);
            assertFalse(run.reserve("3", room::countDown));
            assertTrue(room.await(30, TimeUnit.SECONDS));
            assertTrue(run.reserve("3", room::countDown));
            run.publish(ConnectedHub.message("3")).get(30, TimeUnit.SECONDS);
            assertEquals(List.of("1", "2", "3"), arrived());
        }
    }

    @Test
    void testReservedRoomIsReleasedWithTheLease() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 2); DeviceConnection connection = hub.connect(DEVICE)) {
            try (DeviceConnection other = hub.connect(DEVICE)) {
                final MessagePublisher run = other.openPublisher();
                assertTrue(run.reserve("1", () -> { }));
                assertTrue(run.reserve("2", () -> { }));
                assertEquals(2, connection.getStatus().messagesInFlight());
            }
            assertEquals(0, connection.getStatus().messagesInFlight());
        }
    }

    @Test
    void testClosedLeaseFailsItsMessagesOnly() throws Exception {
        emulator().faults().of(DEVICE).delayPubacks(Duration.ofSeconds(1));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50);
             DeviceConnection closed = hub.connect(DEVICE); DeviceConnection other = hub.connect(DEVICE)) {
            final CompletableFuture<Void> failed = Publishing.publish(closed.openPublisher(), ConnectedHub.message("closed"));
            final CompletableFuture<Void> acknowledged = Publishing.publish(other.openPublisher(), ConnectedHub.message("other"));
            closed.close();
            assertEquals(FailureCategory.CLOSED, category(failed));
            acknowledged.get();
            assertEquals(1, emulator().connections().opened());
        }
    }

    @Test
    void testPoisonIsFoundAndNeighboursArrive() throws Exception {
        emulator().faults().everyone().poison(message -> "id-100".equals(message.messageId()));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            final OrderedPublisher publisher = new OrderedPublisher(connection, ids(1_000));
            publisher.sendAll();

            assertEquals(List.of("id-100"), publisher.refused());
            final Set<String> expected = new LinkedHashSet<>(ids(1_000));
            expected.remove("id-100");
            assertEquals(List.copyOf(expected), List.copyOf(new LinkedHashSet<>(arrived())));
            assertTrue(hub.log().getErrorMessages().stream().anyMatch(message -> message.getMsg().contains("[id-100]")));
        }
    }

    @Test
    void testQuotaCondemnsNoMessage() throws Exception {
        emulator().faults().quota().set(0);
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE);
             ExecutorService other = Executors.newSingleThreadExecutor()) {
            final Future<?> lifted = other.submit(() -> {
                // So many closes condemn a message that is to blame.
                ConnectedHub.await(() -> emulator().connections().opened() >= 3 + 1 + Suspicion.PROOFS);
                emulator().faults().quota().lift();
            });
            final OrderedPublisher publisher = new OrderedPublisher(connection, ids(3));
            publisher.sendAll();
            lifted.get();
            assertEquals(List.of(), publisher.refused());
            assertEquals(ids(3), List.copyOf(new LinkedHashSet<>(arrived())));
        }
    }

    @Test
    void testRenewalLosesAndRepeatsNothing() throws Exception {
        final EmulatedKeys keys = keys().life(Duration.ofMillis(150));
        // The window is full all the time, and every renewal has something to wait for.
        emulator().faults().of(DEVICE).delayPubacks(Duration.ofMillis(20));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, 100); DeviceConnection connection = hub.connect(DEVICE)) {
            final MessagePublisher run = connection.openPublisher();
            final List<CompletableFuture<Void>> outcomes = new ArrayList<>();
            int sent = 0;
            while (emulator().connections().opened() <= 100) {
                outcomes.add(Publishing.publish(run, ConnectedHub.message("id-" + sent)));
                sent++;
            }
            CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            assertEquals(ids(sent), arrived());
            assertEquals(0, emulator().connections().evictions(DEVICE));
            assertTrue(hub.log().getWarnMessages().isEmpty());
        }
    }

    @Test
    void testSecondaryKeyIsUsedWhenPrimaryIsRefused() throws Exception {
        final EmulatedKeys keys = keys().wrongPrimary(Authentication.newKey());
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, 50); DeviceConnection connection = hub.connect(DEVICE)) {
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("1")).get();
            assertEquals(1, emulator().connections().refused());
            assertEquals(1, hub.log().getWarnMessages().size());
            assertTrue(hub.log().getWarnMessages().getFirst().getMsg().contains("secondary key")
                    || List.of(hub.log().getWarnMessages().getFirst().getArgs()).contains("secondary key"));
        }
    }

    @Test
    void testRefusedCredentialsAreReportedOnceWithCauses() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.acquire("unknown")) {
            ConnectedHub.await(() -> connection.getStatus().state() == ConnectionState.WAITING);
            final IoTHubException refused = assertThrows(IoTHubException.class, connection::openPublisher);
            assertEquals(FailureCategory.UNAUTHORIZED, refused.getCategory());
            assertTrue(refused.getMessage().contains("clock") && refused.getMessage().contains("[unknown]"));
            ConnectedHub.await(() -> hub.log().getErrorMessages().size() == 1);
            assertTrue(connection.getStatus().findNextAttempt().orElseThrow().isAfter(connection.getStatus().since().plusSeconds(60)));
        }
    }

    @Test
    void testLateConnackIsAwaited() throws Exception {
        emulator().faults().everyone().delayConnacks(Duration.ofSeconds(3));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("1")).get();
            assertEquals(1, emulator().connections().opened());
        }
    }

    @Test
    void testForeignClientIsNamedAndNotFought() throws Exception {
        emulator().faults().everyone().closeEvery(Duration.ofMillis(100));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            ConnectedHub.await(() -> connection.getStatus().findLastFailure()
                    .filter(failure -> failure.getCategory() == FailureCategory.TAKEN_OVER).isPresent());
            ConnectedHub.await(() -> hub.log().getErrorMessages().size() == 1);
            assertTrue(connection.getStatus().findLastFailure().orElseThrow().getMessage().contains("[pump-7]"));
            assertEquals(ConnectionStateMachine.TAKEOVER_LIVES, emulator().connections().opened());
        }
    }

    @Test
    void testManyTimesEnabledAndDisabledLeavesNothing() throws Exception {
        try (ConnectedHub warm = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = warm.connect(DEVICE)) {
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("warm")).get();
        }
        ConnectedHub.await(() -> threads().isEmpty());
        for (int i = 0; i < 15; i++) {
            try (ConnectedHub hub = new ConnectedHub(emulator(), keys(), 50); DeviceConnection connection = hub.connect(DEVICE)) {
                Publishing.publish(connection.openPublisher(), ConnectedHub.message("id-" + i)).get();
            }
        }
        ConnectedHub.await(() -> threads().isEmpty());
        assertEquals(16, emulator().connections().opened());
        assertTrue(emulator().connections().open().isEmpty());
    }

    private static Set<String> threads() {
        final Set<String> names = new LinkedHashSet<>();
        Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("test-connection") || name.startsWith("Rx") || name.startsWith("globalEvent")).sorted().forEach(names::add);
        return names;
    }

    private EmulatedKeys keys() {
        return new EmulatedKeys(emulator());
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }

    private List<String> arrived() {
        return emulator().telemetry().messages().stream().map(TelemetryMessage::messageId).toList();
    }

    private static List<String> ids(final int count) {
        return IntStream.range(0, count).mapToObj("id-%d"::formatted).toList();
    }

    private static FailureCategory category(final CompletableFuture<Void> outcome) {
        final Throwable failure = assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS)).getCause();
        return ((IoTHubException) (failure instanceof CompletionException ? failure.getCause() : failure)).getCategory();
    }
}
