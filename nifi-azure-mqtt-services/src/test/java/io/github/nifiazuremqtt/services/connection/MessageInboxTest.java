/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MessageInboxTest {

    private final List<MessageInbox> released = new ArrayList<>();

    private final List<String> acknowledged = new ArrayList<>();

    private final MessageInbox inbox = new MessageInbox(released::add, Map::of);

    private final FakeSource session = new FakeSource();

    private final Map<FakeSource, UnacknowledgedMessages> messages = new HashMap<>();

    @Test
    void testAcknowledgeUpTo() throws InterruptedException {
        receive("1");
        receive("2");
        receive("3");
        final List<ReceivedMessage> taken = inbox.poll(2, Duration.ZERO);

        inbox.acknowledge(taken.getLast());
        inbox.acknowledge(taken.getFirst());

        assertEquals(List.of("1", "2"), acknowledged);
    }

    @Test
    void testCloseReplacesSessionWithUnacknowledged() throws InterruptedException {
        receive("1");
        final FakeSource other = new FakeSource();
        receive(other, "2");
        inbox.acknowledge(inbox.poll(1, Duration.ZERO).getFirst());

        inbox.close();
        inbox.close();

        assertEquals(List.of(inbox), released);
        assertEquals(0, session.replaced());
        assertEquals(1, other.replaced());
    }

    @Test
    void testReceivedAfterCloseReplacesSession() throws InterruptedException {
        inbox.close();

        receive("late");

        assertEquals(1, session.replaced());
        assertEquals(List.of(), inbox.poll(1, Duration.ZERO));
    }

    private void receive(final String payload) {
        receive(session, payload);
    }

    private void receive(final FakeSource from, final String payload) {
        final UnacknowledgedMessages ofSession = messages.computeIfAbsent(from,
                key -> new UnacknowledgedMessages(key, DeviceIdentity.ofDevice("pump-7"), () -> 0));
        inbox.received(ofSession.received(new HeldMessage.Content(MessageProperties.NONE, payload.getBytes(StandardCharsets.UTF_8)),
                new IncomingMessage("topic", new byte[0], () -> acknowledged.add(payload))).orElseThrow());
    }
}
