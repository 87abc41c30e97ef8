/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.protocol.DeviceTopics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;

class InboundTrafficTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("pump-7");

    private final Consumers consumers = new Consumers();

    private final InboundTraffic inbound = new InboundTraffic(DEVICE, new ConnectionContext(null, null, consumers, null, Runnable::run, Clock.systemUTC(),
            () -> 0, new MockComponentLog("inbound", this)), DeviceTopics.of(DEVICE), () -> { });

    @Test
    void testMethodsBetweenConnackAndAttachAreTakenInOrder() throws Exception {
        final MethodInbox inbox = new MethodInbox(10, closed -> { }, Map::of);
        consumers.methods().add(DeviceSelection.only(DEVICE), inbox);
        final FakeSource session = new FakeSource();
        inbound.begin(session);
        inbound.received(session, method("first", 1));
        inbound.received(session, method("second", 2));
        inbound.attach(new QuietSession());
        inbound.received(session, method("third", 3));
        inbound.opened();
        inbound.received(session, method("fourth", 4));

        assertEquals(List.of("first", "second", "third", "fourth"), inbox.poll(10, Duration.ZERO).stream().map(MethodRequest::methodName).toList());
        assertEquals(0, session.replaced());
    }

    @Test
    void testWhatCameEarlyGoesWithItsSession() throws Exception {
        final MethodInbox inbox = new MethodInbox(10, closed -> { }, Map::of);
        consumers.methods().add(DeviceSelection.only(DEVICE), inbox);
        final FakeSource session = new FakeSource();
        inbound.begin(session);
        inbound.received(session, method("first", 1));
        final FakeSource next = new FakeSource();
        inbound.begin(next);
        inbound.attach(new QuietSession());
        inbound.opened();

        assertEquals(List.of(), inbox.poll(10, Duration.ZERO));
        assertEquals(0, session.replaced());
        assertEquals(0, next.replaced());
    }

    private static IncomingMessage method(final String name, final int requestId) {
        return new IncomingMessage("$iothub/methods/POST/%s/?$rid=%d".formatted(name, requestId), new byte[0], () -> { });
    }

    private static final class QuietSession implements MqttSession {

        @Override
        public CompletableFuture<Boolean> connect() {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void publish(final String topic, final byte[] payload, final MqttQuality quality, final Delivery delivery) {
            delivery.delivered();
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
