/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException.Kind;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.controller.AbstractControllerService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ConnectorTest {

    private static final HostAddress HUB = HostAddress.parse("localhost");

    /** More than the gate lets in at once. */
    private static final int MANY = 100;

    @ParameterizedTest
    @CsvSource({"UNKNOWN_HOST, 1", "PROXY_FOUND_NO_WAY, 1", "PROXY_DOWN, 0", "PROXY_REFUSED, 0", "UNREACHABLE, 0", "TLS, 0"})
    void testAssignmentIsDoubtedIfTheHubIsNotFound(final Kind kind, final int doubts) throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("pump-7").start()) {
            final CountedAssignment assignment = new CountedAssignment();
            final Connector connector = connector(emulator, new EmulatedKeys(emulator), assignment, new FailingSessions(kind), Runnable::run);
            final CompletableFuture<OpenedSession> opened = connector.open(DeviceIdentity.ofDevice("pump-7"), 0, new Deaf(), () -> true);
            assertInstanceOf(IoTHubException.class, assertThrows(ExecutionException.class, () -> opened.get(10, TimeUnit.SECONDS)).getCause());
            assertEquals(doubts, assignment.doubts);
        }
    }

    @Test
    void testDevicesThatWaitForTheirAssignmentKeepNobodyFromConnecting() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("pump-7").start()) {
            final Connector connector = connector(emulator, new EmulatedKeys(emulator), new PartialAssignment("pump-7"), new FailingSessions(Kind.TLS),
                    Runnable::run);
            final List<CompletableFuture<OpenedSession>> waiting = new ArrayList<>();
            for (int number = 0; number < MANY; number++) {
                waiting.add(connector.open(DeviceIdentity.ofDevice("unknown-" + number), 0, new Deaf(), () -> true));
            }
            assertFailed(connector.open(DeviceIdentity.ofDevice("pump-7"), 0, new Deaf(), () -> true), FailureCategory.NOT_CONNECTED);
            assertTrue(waiting.stream().noneMatch(CompletableFuture::isDone));
        }
    }

    @Test
    void testWhatNobodyExpectedIsAnAnswerAndKeepsNoPlace() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("pump-7").start()) {
            final DeviceCredentialsService keys = new EmulatedKeys(emulator);
            final HubAssignment assignment = HubAssignment.of(HUB);
            final Executor ended = task -> {
                throw new RejectedExecutionException("ended");
            };
            final MqttSessionFactory broken = new FailingSessions(null);
            for (final Connector connector : List.of(connector(emulator, new BrokenKeys(), assignment, broken, Runnable::run),
                    connector(emulator, keys, new BrokenAssignment(), broken, Runnable::run), connector(emulator, keys, assignment, broken, Runnable::run),
                    connector(emulator, keys, assignment, broken, ended))) {
                for (int attempt = 0; attempt < MANY; attempt++) {
                    assertFailed(connector.open(DeviceIdentity.ofDevice("pump-7"), 0, new Deaf(), () -> true), FailureCategory.NOT_CONNECTED);
                }
            }
        }
    }

    @Test
    void testNoConnectIsSentForWhatNobodyWantsAnyMore() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("pump-7").start()) {
            final Connector connector = connector(emulator, new EmulatedKeys(emulator), HubAssignment.of(HUB), new FailingSessions(null), Runnable::run);
            assertFailed(connector.open(DeviceIdentity.ofDevice("pump-7"), 0, new Deaf(), () -> false), FailureCategory.CLOSED);
        }
    }

    private static Connector connector(final IoTHubEmulator emulator, final DeviceCredentialsService keys, final HubAssignment assignment,
                                       final MqttSessionFactory sessions, final Executor workers) {
        final ConnectionSettings settings = new ConnectionSettings(new HubTransport(false, null, ConnectedHub.trust(emulator), null, Duration.ofSeconds(5)),
                null, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(1), new ConnectionSettings.ConnectionLimits(1, 1, Duration.ZERO));
        return new Connector(keys, assignment, new HubConnect(settings, sessions, Clock.systemUTC()), workers);
    }

    private static void assertFailed(final CompletableFuture<OpenedSession> opened, final FailureCategory category) {
        final Throwable failure = assertThrows(ExecutionException.class, () -> opened.get(10, TimeUnit.SECONDS)).getCause();
        assertEquals(category, assertInstanceOf(IoTHubException.class, failure).getCategory());
    }

    /** Assigns one device and never answers for the others. */
    private record PartialAssignment(String known) implements HubAssignment {

        @Override
        public CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
            return identity.deviceId().equals(known) ? CompletableFuture.completedFuture(new AssignedHub(HUB, known)) : new CompletableFuture<>();
        }

        @Override
        public boolean doubt(final DeviceIdentity identity) {
            return false;
        }
    }

    private static final class BrokenAssignment implements HubAssignment {

        @Override
        public CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
            throw new IllegalStateException("broken");
        }

        @Override
        public boolean doubt(final DeviceIdentity identity) {
            return false;
        }
    }

    private static final class BrokenKeys extends AbstractControllerService implements DeviceCredentialsService {

        @Override
        public List<DeviceCredential> getCredentials(final CredentialTarget target) {
            throw new IllegalStateException("broken");
        }

        @Override
        public Optional<ConnectionDetails> findConnectionDetails() {
            return Optional.empty();
        }
    }

    private static final class CountedAssignment implements HubAssignment {

        private int doubts;

        @Override
        public CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
            return CompletableFuture.completedFuture(new AssignedHub(HUB, identity.deviceId()));
        }

        @Override
        public boolean doubt(final DeviceIdentity identity) {
            doubts++;
            return false;
        }
    }

    private record FailingSessions(Kind kind) implements MqttSessionFactory {

        @Override
        public MqttSession create(final ConnectSettings settings, final MqttSessionListener listener) {
            if (kind == null) {
                throw new IllegalStateException("broken");
            }
            return new MqttSession() {
                @Override
                public CompletableFuture<Boolean> connect() {
                    return CompletableFuture.failedFuture(new MqttSessionException(kind, "on demand", null));
                }

                @Override
                public void publish(final String topic, final byte[] payload, final MqttQuality quality, final Delivery delivery) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public CompletableFuture<Void> subscribe(final List<String> topicFilters) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public CompletableFuture<Void> disconnect() {
                    return CompletableFuture.completedFuture(null);
                }
            };
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static final class Deaf implements MqttSessionListener {

        @Override
        public void received(final IncomingMessage message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void closed(final MqttSessionException reason) {
            throw new UnsupportedOperationException();
        }
    }
}
