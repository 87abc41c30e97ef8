/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubProbeTest {

    private static final MqttSessionException CLOSED = new MqttSessionException(MqttSessionException.Kind.CLOSED, "closed", null);

    private final TelemetrySender sender = new TelemetrySender(DeviceIdentity.ofDevice("dev"), 10, () -> { }, () -> { }, () -> { });

    private final RecordedSession session = new RecordedSession();

    private final OpenLine line = new OpenLine(session);

    @BeforeEach
    void suspect() {
        sender.window().open(line);
        for (int i = 0; i < 4; i++) {
            sender.suspicion().closed(List.of(new Suspicion.Sent("suspect", 0)), false);
        }
    }

    @Test
    void testSuspectIsSentOnceTheHubHasAnsweredSomethingElse() {
        final CompletableFuture<Void> outcome = Publishing.publish(sender.openRun(), ConnectedHub.message("suspect"));
        assertEquals(List.of("$iothub/twin/GET/?$rid=probe"), session.topics);
        session.deliveries.getFirst().delivered();
        assertEquals("devices/dev/messages/events/%24.mid=suspect", session.topics.getLast());
        session.deliveries.getLast().delivered();
        assertTrue(outcome.isDone() && !outcome.isCompletedExceptionally());
    }

    @Test
    void testSuspectIsNotToBlameIfTheHubCutsTheProbe() {
        final CompletableFuture<Void> outcome = Publishing.publish(sender.openRun(), ConnectedHub.message("suspect"));
        session.deliveries.getFirst().failed(CLOSED);
        final InFlightMessage left = line.settle().getFirst();
        assertFalse(left.isSent());
        assertFalse(outcome.isDone());
        assertEquals(1, session.topics.size());
        assertTrue(sender.suspicion().explains(List.of("suspect")));
    }

    private static final class RecordedSession implements MqttSession {

        private final List<String> topics = new ArrayList<>();

        private final List<Delivery> deliveries = new ArrayList<>();

        @Override
        public CompletableFuture<Boolean> connect() {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public void publish(final String topic, final byte[] payload, final MqttQuality quality, final Delivery delivery) {
            topics.add(topic);
            deliveries.add(delivery);
        }

        @Override
        public CompletableFuture<Void> subscribe(final List<String> topicFilters) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> disconnect() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
