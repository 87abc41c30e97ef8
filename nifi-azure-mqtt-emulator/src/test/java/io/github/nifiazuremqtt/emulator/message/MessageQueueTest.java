/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageQueueTest {

    private static final Duration LOCK = Duration.ofSeconds(60);

    private final SteppedClock clock = new SteppedClock();
    private final FakeRules rules = new FakeRules();
    private final List<MessageTrace> ends = new ArrayList<>();
    private final MessageQueue queue = new MessageQueue("d", rules, clock, this::observe);

    @Test
    void testOrderAndCompletion() throws ServiceException {
        enqueue("a", "b");
        final FakeLink link = connect(1);
        enqueue("c");
        assertEquals(List.of("1 a", "2 b", "3 c"), link.sent);
        queue.acknowledge(1);
        queue.acknowledge(2);
        assertEquals(List.of("a SUCCESS", "b SUCCESS"), endings());
        assertEquals(List.of("c"), queue.traces().stream().map(MessageTrace::messageId).toList());
    }

    @Test
    void testWindowBoundsWhatIsUnacknowledged() throws ServiceException {
        rules.window = 2;
        enqueue("a", "b", "c", "d");
        final FakeLink link = connect(1);
        assertEquals(List.of("1 a", "2 b"), link.sent);
        queue.acknowledge(1);
        assertEquals(List.of("1 a", "2 b", "3 c"), link.sent);
    }

    @Test
    void testNothingIsSentToAFullSocketUntilItDrains() throws ServiceException {
        final FakeLink link = connect(0);
        link.ready = false;
        enqueue("a");
        assertTrue(link.sent.isEmpty());
        link.ready = true;
        queue.sweep();
        assertEquals(List.of("0 a"), link.sent);
        assertEquals(List.of("a SUCCESS"), endings());
    }

    @Test
    void testLockEndsAndMessageComesAgainUnderANewPacketId() throws ServiceException {
        final FakeLink link = connect(1);
        enqueue("a", "b");
        clock.advance(LOCK.minusMillis(1));
        queue.sweep();
        assertEquals(2, link.sent.size());
        queue.acknowledge(1);
        clock.advance(Duration.ofMillis(1));
        queue.acknowledge(2);
        assertEquals(List.of("1 a", "2 b", "3 b"), link.sent);
        assertEquals(List.of("a SUCCESS"), endings());
        queue.acknowledge(2);
        assertEquals(1, ends.size());
        queue.acknowledge(3);
        assertEquals(List.of("a SUCCESS", "b SUCCESS"), endings());
        assertEquals(2, ends.getLast().deliveries());
    }

    @Test
    void testSwitchRedeliversUnderTheSamePacketId() throws ServiceException {
        rules.switches.add(HubSwitch.REDELIVERY_KEEPS_PACKET_ID);
        final FakeLink link = connect(1);
        enqueue("a");
        clock.advance(LOCK);
        queue.sweep();
        assertEquals(List.of("1 a", "1 a DUP"), link.sent);
        queue.detach(link);
        final FakeLink next = connect(1);
        assertEquals(List.of("2 a"), next.sent);
    }

    @Test
    void testOutOfOrderAcknowledgementLeavesEarlierMessagesLocked() throws ServiceException {
        final FakeLink link = connect(1);
        enqueue("a", "b", "c");
        queue.acknowledge(2);
        queue.acknowledge(1);
        queue.acknowledge(3);
        assertEquals(List.of("b SUCCESS", "c SUCCESS"), endings());
        clock.advance(LOCK);
        queue.sweep();
        assertEquals("4 a", link.sent.getLast());
        queue.acknowledge(4);
        assertEquals("a SUCCESS", endings().getLast());
    }

    @Test
    void testSwitchClosesOnOutOfOrderAndUnknownAcknowledgements() throws ServiceException {
        rules.switches.add(HubSwitch.OUT_OF_ORDER_PUBACK_CLOSES);
        final FakeLink link = connect(1);
        enqueue("a", "b");
        queue.acknowledge(77);
        assertEquals(0, link.closedFor);
        queue.acknowledge(2);
        assertEquals(45, link.closedFor);
        assertTrue(ends.isEmpty());
        rules.switches.add(HubSwitch.UNKNOWN_PUBACK_CLOSES);
        queue.acknowledge(77);
        assertEquals(44, link.closedFor);
    }

    @Test
    void testLostConnectionUnlocksInOldOrder() throws ServiceException {
        final FakeLink first = connect(1);
        enqueue("a", "b", "c");
        queue.acknowledge(1);
        queue.detach(first);
        enqueue("d");
        final FakeLink second = connect(1);
        assertEquals(List.of("4 b", "5 c", "6 d"), second.sent);
        queue.acknowledge(2);
        assertEquals(List.of("a SUCCESS"), endings());
    }

    @Test
    void testTimeToLive() throws ServiceException {
        enqueue("default");
        queue.enqueue(message("short").withExpiry(clock.instant().plusSeconds(5)));
        clock.advance(Duration.ofSeconds(5));
        queue.sweep();
        assertEquals(List.of("short EXPIRED"), endings());
        clock.advance(Duration.ofHours(1));
        assertTrue(connect(1).sent.isEmpty());
        assertEquals(List.of("short EXPIRED", "default EXPIRED"), endings());
    }

    @Test
    void testExpiryWhileLockedShowsWhenTheLockEnds() throws ServiceException {
        connect(1);
        queue.enqueue(message("a").withExpiry(clock.instant().plusSeconds(5)));
        clock.advance(Duration.ofSeconds(10));
        queue.sweep();
        assertTrue(ends.isEmpty());
        clock.advance(LOCK);
        queue.sweep();
        assertEquals(List.of("a EXPIRED"), endings());
    }

    @Test
    void testRefusals() throws ServiceException {
        rules.capacity = 2;
        connect(1);
        enqueue("a", "b");
        assertEquals(ServiceError.QUEUE_DEPTH_EXCEEDED, assertThrows(ServiceException.class, () -> enqueue("c")).error());
        queue.acknowledge(1);
        enqueue("c");
        rules.capacity = 50;
        assertEquals(ServiceError.MESSAGE_TOO_LARGE, assertThrows(ServiceException.class,
                () -> queue.enqueue(CloudMessage.of(new byte[65_536]).withProperty("p", null))).error());
        queue.enqueue(CloudMessage.of(new byte[65_535]).withProperty("p", null));
        assertEquals(ServiceError.ARGUMENT_INVALID, assertThrows(ServiceException.class,
                () -> queue.enqueue(message("late").withExpiry(clock.instant().plus(Duration.ofDays(2)).plusSeconds(1)))).error());
    }

    @Test
    void testPurge() throws ServiceException {
        connect(1);
        rules.window = 1;
        enqueue("a", "b");
        assertEquals(2, queue.purge());
        assertEquals(List.of("a PURGED", "b PURGED"), endings());
        queue.acknowledge(1);
        assertEquals(2, ends.size());
    }

    @Test
    void testCleanSession() throws ServiceException {
        enqueue("a");
        final FakeLink link = new FakeLink(-1);
        queue.attach(link, true);
        assertTrue(ends.isEmpty());
        rules.switches.add(HubSwitch.CLEAN_SESSION_PURGES_QUEUE);
        queue.attach(link, true);
        assertEquals(List.of("a PURGED"), endings());
    }

    @Test
    void testSwitchWithholdsMessagesFromBeforeTheSubscription() throws ServiceException {
        rules.switches.add(HubSwitch.EARLIER_MESSAGES_WITHHELD);
        enqueue("early");
        final FakeLink link = new FakeLink(-1);
        queue.attach(link, false);
        link.qos = OptionalInt.of(1);
        queue.subscribed();
        enqueue("a");
        assertEquals(List.of("1 a"), link.sent);
        queue.detach(link);
        enqueue("b");
        assertEquals(List.of("2 a", "3 b"), connect(1).sent);
    }

    @Test
    void testSwitchGivesUpAfterTenDeliveries() throws ServiceException {
        rules.switches.add(HubSwitch.LOCK_END_COUNTS_AS_DELIVERY);
        final FakeLink link = connect(1);
        enqueue("a");
        for (int i = 0; i < 10; i++) {
            assertFalse(endings().contains("a DELIVERY_COUNT_EXCEEDED"));
            clock.advance(LOCK);
            queue.sweep();
        }

        assertEquals(10, link.sent.size());
        assertEquals(List.of("a DELIVERY_COUNT_EXCEEDED"), endings());
    }

    private void enqueue(final String... ids) throws ServiceException {
        for (final String id : ids) {
            queue.enqueue(message(id));
        }
    }

    private static CloudMessage message(final String id) {
        return CloudMessage.of(id).withMessageId(id);
    }

    private FakeLink connect(final int qos) {
        final FakeLink link = new FakeLink(qos);
        queue.attach(link, false);
        queue.subscribed();
        return link;
    }

    private List<String> endings() {
        return ends.stream().map(trace -> trace.messageId() + " " + trace.outcome()).toList();
    }

    private void observe(final QueuedMessage message) {
        final MessageTrace trace = message.trace();
        if (trace.outcome() != null) {
            ends.add(trace);
        }
    }

    private static final class FakeLink implements DeviceLink {
        private final List<String> sent = new ArrayList<>();
        private OptionalInt qos;
        private boolean ready = true;
        private int closedFor;

        private FakeLink(final int qos) {
            this.qos = qos < 0 ? OptionalInt.empty() : OptionalInt.of(qos);
        }

        @Override
        public OptionalInt qos() {
            return qos;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void send(final String topic, final byte[] body, final int packetQos, final int packetId, final boolean duplicate) {
            sent.add(packetId + " " + new String(body, StandardCharsets.UTF_8) + (duplicate ? " DUP" : ""));
        }

        @Override
        public void close(final int row, final String reason) {
            closedFor = row;
        }
    }

    private static final class FakeRules implements QueueRules {
        private final Set<HubSwitch> switches = EnumSet.noneOf(HubSwitch.class);
        private int capacity = 50;
        private int window = 100;

        @Override
        public Duration lock() {
            return LOCK;
        }

        @Override
        public Duration timeToLive() {
            return Duration.ofHours(1);
        }

        @Override
        public int capacity() {
            return capacity;
        }

        @Override
        public int window() {
            return window;
        }

        @Override
        public boolean isOn(final HubSwitch wanted) {
            return switches.contains(wanted);
        }
    }

    private static final class SteppedClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        private void advance(final Duration step) {
            now = now.plus(step);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(final ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
