/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.SystemProperty;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UnacknowledgedMessagesTest {

    private final AtomicLong nanos = new AtomicLong();

    private final FakeSource session = new FakeSource();

    private final UnacknowledgedMessages messages = new UnacknowledgedMessages(session, DeviceIdentity.ofDevice("pump-7"), nanos::get);

    /** Packets in the order in which they were acknowledged here. */
    private final List<Integer> acknowledged = new ArrayList<>();

    @Test
    void testCopyIsNoSecondMessageAndTheNewestIsAcknowledged() {
        final HeldMessage message = receive(1, "id-1", "start").orElseThrow();
        assertTrue(receive(2, "id-1", "start").isEmpty());
        assertTrue(receive(3, "id-1", "start").isEmpty());
        // The locks of these are gone; they would hold back all later acknowledgments.
        assertEquals(List.of(1, 2), acknowledged);

        message.acknowledge();
        message.acknowledge();

        assertEquals(List.of(1, 2, 3), acknowledged);
    }

    @Test
    void testSameIdWithOtherContentIsAnotherMessage() {
        assertTrue(receive(1, "id-1", "start").isPresent());
        assertTrue(receive(2, "id-1", "stop").isPresent());
        assertTrue(receive(3, "id-2", "start").isPresent());
    }

    @Test
    void testEqualMessagesWithoutIdAreNotMerged() {
        assertTrue(receive(1, null, "start").isPresent());
        pass(UnacknowledgedMessages.LOCK.minusMillis(1));
        assertTrue(receive(2, null, "start").isPresent());
    }

    @Test
    void testMessageWithoutIdComesAgainAfterItsLock() {
        final HeldMessage first = receive(1, null, "start").orElseThrow();
        pass(Duration.ofSeconds(20));
        final HeldMessage second = receive(2, null, "start").orElseThrow();
        pass(Duration.ofSeconds(40));
        assertTrue(receive(3, null, "start").isEmpty());
        pass(Duration.ofSeconds(20));
        assertTrue(receive(4, null, "start").isEmpty());
        assertEquals(List.of(1, 2), acknowledged);

        first.acknowledge();
        second.acknowledge();

        assertEquals(List.of(1, 2, 3, 4), acknowledged);
    }

    @Test
    void testNoMoreMessagesWithoutIdThanAHubKeeps() {
        final List<HeldMessage> held = new ArrayList<>();
        for (int packet = 0; packet < 10 * UnacknowledgedMessages.MOST_KEPT; packet++) {
            receive(packet, null, "start").ifPresent(held::add);
        }
        assertEquals(UnacknowledgedMessages.MOST_KEPT, held.size());
    }

    @Test
    void testCopyBehindTheAcknowledgmentIsAcknowledgedAndForgottenSoon() {
        final HeldMessage message = receive(1, "id-1", "start").orElseThrow();
        assertTrue(receive(2, "id-1", "start").isEmpty());
        message.acknowledge();
        assertTrue(receive(3, "id-1", "start").isEmpty());
        assertEquals(List.of(1, 2, 3), acknowledged);

        pass(UnacknowledgedMessages.AFTERMATH.plusMillis(1));
        assertTrue(receive(4, "id-1", "start").isPresent());
    }

    @Test
    void testMessageThatGoesOnComingIsRemembered() {
        final HeldMessage message = receive(1, "id-1", "start").orElseThrow();
        receive(2, "id-1", "start");
        message.acknowledge();
        for (int packet = 3; packet < 100; packet++) {
            pass(Duration.ofMillis(100));
            assertTrue(receive(packet, "id-1", "start").isEmpty());
        }
        assertEquals(99, acknowledged.size());
    }

    @Test
    void testMessageThatCameOnceIsForgottenWhenAcknowledged() {
        receive(1, "id-1", "start").orElseThrow().acknowledge();
        assertTrue(receive(2, "id-1", "start").isPresent());
    }

    @Test
    void testAcknowledgmentThatIsHeldBackIsRemembered() {
        final HeldMessage blocking = receive(1, "id-1", "a").orElseThrow();
        receive(2, null, "b").orElseThrow().acknowledge();
        // The acknowledgment of the first is what the second one's waits for: its lock runs out.
        pass(Duration.ofSeconds(60));
        assertTrue(receive(3, null, "b").isEmpty());
        assertEquals(List.of(2, 3), acknowledged);

        blocking.acknowledge();
        assertTrue(receive(4, null, "b").isPresent());
    }

    @Test
    void testSessionIsReplacedIfMoreIsHeldThanAHubKeeps() {
        for (int packet = 1; packet <= UnacknowledgedMessages.MOST_HELD; packet++) {
            receive(packet, "id-" + packet, "start");
        }
        assertEquals(0, session.replaced());
        receive(1_000, "id-1000", "start");
        assertEquals(1, session.replaced());
    }

    private Optional<HeldMessage> receive(final int packet, final String id, final String body) {
        final Map<SystemProperty, String> system = id == null ? Map.of() : Map.of(SystemProperty.MESSAGE_ID, id);
        final MessageProperties properties = new MessageProperties(system, Map.of(), Map.of());
        return messages.received(new HeldMessage.Content(properties, body.getBytes(StandardCharsets.UTF_8)),
                new IncomingMessage("topic", new byte[0], () -> acknowledged.add(packet)));
    }

    private void pass(final Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
