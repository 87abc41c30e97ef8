/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.nifiazuremqtt.api.DeviceIdentity;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ConnectorTest {

    private static final HostAddress HUB = HostAddress.parse("localhost");

    @ParameterizedTest
    @CsvSource({"UNKNOWN_HOST, 1", "PROXY_FOUND_NO_WAY, 1", "PROXY_DOWN, 0", "PROXY_REFUSED, 0", "UNREACHABLE, 0", "TLS, 0"})
    void testAssignmentIsDoubtedIfTheHubIsNotFound(final Kind kind, final int doubts) throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("pump-7").start()) {
            final CountedAssignment assignment = new CountedAssignment();
            final ConnectionSettings settings = new ConnectionSettings(new HubTransport(false, null, ConnectedHub.trust(emulator), null, Duration.ofSeconds(5)),
                    null, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(1), new ConnectionSettings.ConnectionLimits(1, 1, Duration.ZERO));
            final Connector connector = new Connector(new EmulatedKeys(emulator), assignment, new HubConnect(settings, new FailingSessions(kind),
                    Clock.systemUTC()), Runnable::run);
            final CompletableFuture<OpenedSession> opened = connector.open(DeviceIdentity.ofDevice("pump-7"), 0, new Deaf());
            assertInstanceOf(IoTHubException.class, assertThrows(ExecutionException.class, () -> opened.get(10, TimeUnit.SECONDS)).getCause());
            assertEquals(doubts, assignment.doubts);
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
