/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.message.FeedbackRequest;
import io.github.nifiazuremqtt.emulator.message.MessageOutcome;
import io.github.nifiazuremqtt.emulator.message.MessageTrace;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.telemetry.SystemPropertyName;
import io.github.nifiazuremqtt.emulator.time.AdjustableClock;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client sees of its cloud-to-device messages: rows 40 and 43 to 51. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CloudMessageRowsTest {

    private static final AdjustableClock CLOCK = new AdjustableClock();

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").with(builder -> builder.clock(CLOCK)).freshPerTest().build();

    private static final String FILTER = "devices/dev-001/messages/devicebound/#";
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void testTopicCarriesAllProperties() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            messages().send("dev-001", CloudMessage.of("body")
                    .withMessageId("m 1")
                    .with(SystemPropertyName.CORRELATION_ID, "c/1")
                    .with(SystemPropertyName.CONTENT_TYPE, "application/json")
                    .withProperty("prop1", null)
                    .withProperty("prop2", "")
                    .withProperty("prop 3", "a string+%&=ä")
                    .withFeedback(FeedbackRequest.FULL));
            final Publication message = Publication.read(client);
            assertEquals("devices/dev-001/messages/devicebound/%24.mid=m%201&%24.cid=c%2F1&%24.ct=application%2Fjson"
                    + "&%24.to=%2Fdevices%2Fdev-001%2Fmessages%2FdeviceBound&iothub-ack=full"
                    + "&prop1&prop2=&prop%203=a%20string%2B%25%26%3D%C3%A4", message.topic());
            assertEquals("body", message.payload());
            assertEquals(1, message.qos());
            acknowledge(client, message);
            assertEnded("m 1", MessageOutcome.SUCCESS);
            assertEquals(MessageOutcome.SUCCESS, messages().feedback().getFirst().outcome());
        }
    }

    @Test
    void testExpiryIsSaidWhenTheSenderSetsIt() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            messages().send("dev-001", CloudMessage.of("x").withExpiry(CLOCK.instant().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS)));
            assertTrue(Publication.read(client).topic().matches(".*&%24\\.exp=\\d{4}-\\d\\d-\\d\\dT\\d\\d%3A\\d\\d%3A\\d\\dZ"));
        }
    }

    @Test
    void testQos0SubscriptionCompletesOnSend() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(0)) {
            messages().send("dev-001", CloudMessage.of("x").withMessageId("m1"));
            assertEquals(0, Publication.read(client).qos());
            assertEnded("m1", MessageOutcome.SUCCESS);
        }
    }

    @Test
    void testRow44UnknownAcknowledgementIsIgnored() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            acknowledge(client, 4711);
            messages().send("dev-001", CloudMessage.of("x"));
            assertEquals("x", Publication.read(client).payload());
            HUB.emulator().hub().turnOn(HubSwitch.UNKNOWN_PUBACK_CLOSES);
            acknowledge(client, 4711);
            assertTrue(client.isClosedSilently());
            Conditions.awaitEnd(HUB.emulator(), 44);
        }
    }

    @Test
    void testRow45OutOfOrderAcknowledgement() throws IOException, ServiceException {
        HUB.emulator().timings(EmulatorTimings.real().withMessageLock(Duration.ofMillis(300)));
        try (RawMqttClient client = subscribed(1)) {
            send("m1", "m2");
            final Publication first = Publication.read(client);
            final Publication second = Publication.read(client);
            acknowledge(client, second);
            acknowledge(client, first);
            final Publication again = Publication.read(client);
            assertEquals("m1", again.payload());
            acknowledge(client, again);
            assertEnded("m2", MessageOutcome.SUCCESS);
            assertEnded("m1", MessageOutcome.SUCCESS);
        }
    }

    @Test
    void testRow45StrictSwitchCloses() throws IOException, ServiceException {
        HUB.emulator().hub().turnOn(HubSwitch.OUT_OF_ORDER_PUBACK_CLOSES);
        try (RawMqttClient client = subscribed(1)) {
            send("m1", "m2");
            Publication.read(client);
            acknowledge(client, Publication.read(client));
            assertTrue(client.isClosedSilently());
            Conditions.awaitEnd(HUB.emulator(), 45);
            assertTrue(messages().ended("dev-001").isEmpty());
        }
    }

    @Test
    void testRow46LockEndsAndLateAcknowledgementHasNoEffect() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            send("m1");
            final Publication first = Publication.read(client);
            CLOCK.advance(Duration.ofSeconds(61));
            final Publication again = Publication.read(client);
            assertEquals("m1", again.payload());
            assertTrue(again.packetId() != first.packetId());
            acknowledge(client, first);
            send("m2");
            assertEquals("m2", Publication.read(client).payload());
            assertTrue(messages().ended("dev-001").isEmpty());
            acknowledge(client, again);
            assertEnded("m1", MessageOutcome.SUCCESS);
        }
    }

    @Test
    void testRow47UnacknowledgedComesAgainAfterReconnect() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            send("m1", "m2");
            acknowledge(client, Publication.read(client));
            assertEquals("m2", Publication.read(client).payload());
            assertEnded("m1", MessageOutcome.SUCCESS);
        }

        try (RawMqttClient client = reconnected()) {
            final Publication again = Publication.read(client);
            assertEquals("m2", again.payload());
            acknowledge(client, again);
            assertEnded("m2", MessageOutcome.SUCCESS);
        }
    }

    @Test
    void testRow48QueueDepthAndSize() throws IOException, ServiceException {
        for (int i = 0; i < 50; i++) {
            send("m" + i);
        }

        assertEquals(ServiceError.QUEUE_DEPTH_EXCEEDED, assertThrows(ServiceException.class, () -> send("m50")).error());
        assertEquals(ServiceError.MESSAGE_TOO_LARGE,
                assertThrows(ServiceException.class, () -> messages().send("dev-001", CloudMessage.of(new byte[65_537]))).error());
        assertEquals(ServiceError.DEVICE_NOT_FOUND, assertThrows(ServiceException.class, () -> messages().send("nobody", CloudMessage.of("x"))).error());
        try (RawMqttClient client = subscribed(1)) {
            for (int i = 0; i < 50; i++) {
                assertEquals("m" + i, Publication.read(client).payload());
            }
        }
    }

    @Test
    void testRow49ExpiredIsNeverDelivered() throws IOException, ServiceException, InterruptedException {
        messages().send("dev-001", CloudMessage.of("old").withMessageId("old").withFeedback(FeedbackRequest.NEGATIVE)
                .withExpiry(CLOCK.instant().plusSeconds(30)));
        CLOCK.advance(Duration.ofSeconds(31));
        assertTrue(messages().awaitFeedback(1, SOON));
        assertEquals(MessageOutcome.EXPIRED, messages().takeFeedback().getFirst().outcome());
        assertTrue(messages().takeFeedback().isEmpty());
        send("new");
        try (RawMqttClient client = subscribed(1)) {
            assertEquals("new", Publication.read(client).payload());
        }
    }

    @Test
    void testRow49ExpiredWhenItIsSentIsNeverDelivered() throws IOException, ServiceException, InterruptedException {
        try (RawMqttClient client = subscribed(1)) {
            messages().send("dev-001", CloudMessage.of("late").withMessageId("late").withExpiry(CLOCK.instant().minusSeconds(1)));
            messages().send("dev-001", CloudMessage.of("in time").withMessageId("in time").withExpiry(CLOCK.instant().plusSeconds(600)));
            assertTrue(messages().awaitEnded("dev-001", 1, SOON));
            assertEnded("late", MessageOutcome.EXPIRED);
            assertEquals("in time", Publication.read(client).payload());
        }
    }

    @Test
    void testRow50CleanSessionKeepsTheQueueAndForgetsTheSubscription() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            client.disconnect();
        }

        send("m1");
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001").cleanSession()));
            client.send(0xC0, new byte[0]);
            assertEquals(0xD0, client.read().header());
            client.disconnect();
        }

        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, RawMqttClient.connect(HUB.emulator(), "dev-001").body());
            assertEquals(0, client.readConnack());
            client.subscribe(1, FILTER, 1);
            assertEquals(0x90, client.read().header());
            assertEquals("m1", Publication.read(client).payload());
        }
    }

    @Test
    void testRow51StoredSubscriptionIsServedBehindConnack() throws IOException, ServiceException {
        try (RawMqttClient client = subscribed(1)) {
            client.disconnect();
        }

        send("m1", "m2", "m3");
        try (RawMqttClient client = reconnected()) {
            assertEquals("m1", Publication.read(client).payload());
            assertEquals("m2", Publication.read(client).payload());
            assertEquals("m3", Publication.read(client).payload());
        }
    }

    @Test
    void testManyMessages() throws IOException, ServiceException, InterruptedException {
        final int count = 5_000;
        messages().liftQueueLimit();
        for (int i = 0; i < count; i++) {
            send("m" + i);
        }

        final List<String> received = new ArrayList<>();
        try (RawMqttClient client = subscribed(1)) {
            while (received.size() < count) {
                final Publication message = Publication.read(client);
                received.add(message.payload());
                acknowledge(client, message);
            }

            assertTrue(messages().awaitEnded("dev-001", count, SOON));
        }

        assertEquals(received, messages().ended("dev-001").stream().map(MessageTrace::messageId).toList());
    }

    @Test
    void testWindow() throws IOException, ServiceException {
        messages().limitUnacknowledged(2);
        try (RawMqttClient client = subscribed(1)) {
            send("m1", "m2", "m3");
            final Publication first = Publication.read(client);
            assertEquals("m2", Publication.read(client).payload());
            client.send(0xC0, new byte[0]);
            assertEquals(0xD0, client.read().header());
            acknowledge(client, first);
            assertEquals("m3", Publication.read(client).payload());
        }
    }

    private static CloudMessages messages() {
        return HUB.emulator().messages();
    }

    private static void send(final String... ids) throws ServiceException {
        for (final String id : ids) {
            messages().send("dev-001", CloudMessage.of(id).withMessageId(id));
        }
    }

    private static void assertEnded(final String messageId, final MessageOutcome outcome) {
        Conditions.await(() -> messages().ended("dev-001").stream().anyMatch(trace -> trace.messageId().equals(messageId) && trace.outcome() == outcome));
    }

    private static void acknowledge(final RawMqttClient client, final Publication message) throws IOException {
        acknowledge(client, message.packetId());
    }

    private static void acknowledge(final RawMqttClient client, final int packetId) throws IOException {
        client.send(0x40, new RawMqttClient.Body().number(packetId).toByteArray());
    }

    private static RawMqttClient subscribed(final int qos) throws IOException {
        final RawMqttClient client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001")));
        client.subscribe(1, FILTER, qos);
        assertEquals(0x90, client.read().header());
        return client;
    }

    private static RawMqttClient reconnected() throws IOException {
        final RawMqttClient client = RawMqttClient.open(HUB.emulator());
        client.send(0x10, RawMqttClient.connect(HUB.emulator(), "dev-001").body());
        assertEquals(0x100, client.readConnack());
        return client;
    }
}
