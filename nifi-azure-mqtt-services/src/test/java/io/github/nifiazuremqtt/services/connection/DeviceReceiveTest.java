/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.api.SystemProperty;
import io.github.nifiazuremqtt.api.TwinDocument;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.twin.TwinFault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class DeviceReceiveTest {

    private static final String DEVICE = "pump-7";

    private static final DeviceSelection SELECTION = DeviceSelection.only(DeviceIdentity.ofDevice(DEVICE));

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration LOCK = Duration.ofMillis(200);

    private static final byte[] NO_PAYLOAD = {};

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    private ConnectedHub hub;

    @BeforeEach
    void connect() {
        hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100);
    }

    @AfterEach
    void disconnect() {
        hub.close();
    }

    @Test
    void testMessagesAreAcknowledgedOnDemandAndInOrder() throws Exception {
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            awaitSubscriptions(1);
            for (int i = 0; i < 10; i++) {
                emulator().messages().send(DEVICE, CloudMessage.of("body " + i).withMessageId("id-" + i).withProperty("line", "7"));
            }
            final List<ReceivedMessage> received = take(receiver, 10);
            assertEquals("body 3", new String(received.get(3).body(), StandardCharsets.UTF_8));
            assertEquals("id-3", received.get(3).properties().find(SystemProperty.MESSAGE_ID).orElseThrow());
            assertEquals("7", received.get(3).properties().application().get("line"));
            assertEquals("localhost", received.get(3).hostName());
            assertEquals(10, emulator().messages().pending(DEVICE).size());

            receiver.acknowledge(received.get(4));
            ConnectedHub.await(() -> pending() == 5);
            receiver.putBack(received.subList(5, 10));
            assertEquals(received.subList(5, 10), take(receiver, 5));
            receiver.acknowledge(received.get(9));
            ConnectedHub.await(() -> pending() == 0);
        }
    }

    @Test
    void testMessagesBehindConnackAreKeptForTheReceiver() throws Exception {
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            awaitSubscriptions(1);
            assertTrue(receiver.poll(1, Duration.ZERO).isEmpty());
        }
        hub.close();
        emulator().messages().send(DEVICE, CloudMessage.of("1").withMessageId("1"));

        hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100);
        try (DeviceConnection connection = hub.connect(DEVICE)) {
            ConnectedHub.awaitConnected(connection);
            try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
                final ReceivedMessage message = take(receiver, 1).getFirst();
                assertEquals(1, pending());
                receiver.acknowledge(message);
                ConnectedHub.await(() -> pending() == 0);
            }
        }
    }

    @Test
    void testMessageNotAcknowledgedComesToTheNextReceiver() throws Exception {
        try (DeviceConnection connection = hub.connect(DEVICE)) {
            try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
                awaitSubscriptions(1);
                emulator().messages().send(DEVICE, CloudMessage.of("1").withMessageId("1"));
                take(receiver, 1);
            }
            try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(DeviceSelection.ALL_OPEN)) {
                receiver.acknowledge(take(receiver, 1).getFirst());
                ConnectedHub.await(() -> pending() == 0);
            }
            assertEquals(DEVICE, connection.getIdentity().deviceId());
        }
    }

    @Test
    void testSecondReceiverOfMessagesIsRefused() throws Exception {
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            final IoTHubException refused = assertThrows(IoTHubException.class, () -> registry().receiveMessages(DeviceSelection.ALL_OPEN));
            assertEquals(FailureCategory.LIMIT_REACHED, refused.getCategory());
            assertTrue(receiver.poll(1, Duration.ZERO).isEmpty());
        }
    }

    @Test
    void testEveryMessageComesAcrossCuts() throws Exception {
        emulator().messages().liftQueueLimit();
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            awaitSubscriptions(1);
            final LinkedHashSet<String> ids = new LinkedHashSet<>();
            for (int i = 0; i < 300; i++) {
                emulator().messages().send(DEVICE, CloudMessage.of("x").withMessageId("id-" + i));
                if (i % 100 == 50) {
                    emulator().faults().dropConnections();
                }
                receiver.poll(10, Duration.ZERO).forEach(message -> {
                    ids.add(message.properties().find(SystemProperty.MESSAGE_ID).orElseThrow());
                    receiver.acknowledge(message);
                });
            }
            final long deadline = System.nanoTime() + ConnectedHub.PATIENCE.toNanos();
            while (ids.size() < 300 && System.nanoTime() < deadline) {
                receiver.poll(100, Duration.ofMillis(100)).forEach(message -> {
                    ids.add(message.properties().find(SystemProperty.MESSAGE_ID).orElseThrow());
                    receiver.acknowledge(message);
                });
            }
            assertEquals(300, ids.size());
            ConnectedHub.await(() -> pending() == 0);
        }
    }

    @Test
    void testMessageThatNobodyTakesForTenLocksComesOnce() throws Exception {
        emulator().timings(emulator().timings().withMessageLock(LOCK));
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            awaitSubscriptions(1);
            sendTen();
            awaitDeliveries(10);

            assertComeOnce(receiver);
        }
    }

    @Test
    void testMessageIsGivenOutOnceWhileItIsBeingCommitted() throws Exception {
        emulator().timings(emulator().timings().withMessageLock(LOCK));
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            awaitSubscriptions(1);
            sendTen();
            final List<ReceivedMessage> taken = take(receiver, 10);
            awaitDeliveries(3);
            assertEquals(List.of(), receiver.poll(100, Duration.ZERO));

            receiver.acknowledge(taken.getLast());
            ConnectedHub.await(() -> pending() == 0);
            assertEquals(List.of(), receiver.poll(100, Duration.ofMillis(300)));
        }
    }

    @Test
    void testMessagesWithoutReceiverAreKeptOnce() throws Exception {
        try (DeviceConnection connection = hub.connect(DEVICE)) {
            registry().receiveMessages(SELECTION).close();
            awaitSubscriptions(1);
            emulator().timings(emulator().timings().withMessageLock(LOCK));
            sendTen();
            awaitDeliveries(10);
            assertEquals(DEVICE, connection.getIdentity().deviceId());

            try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
                assertComeOnce(receiver);
            }
        }
    }

    @Test
    void testEqualMessagesWithoutIdAllCome() throws Exception {
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(SELECTION)) {
            awaitSubscriptions(1);
            for (int i = 0; i < 5; i++) {
                emulator().messages().send(DEVICE, CloudMessage.of("start"));
            }
            receiver.acknowledge(take(receiver, 5).getLast());
            ConnectedHub.await(() -> pending() == 0);
        }
    }

    @Test
    void testOutagesOfReceiver() throws Exception {
        try (Receiver<ReceivedMessage> receiver = registry().receiveMessages(DeviceSelection.ALL_OPEN); DeviceConnection connection = hub.connect(DEVICE)) {
            assertEquals(Map.of(), receiver.getOutages());
            emulator().faults().goAway();
            ConnectedHub.await(() -> receiver.getOutages().containsKey(connection.getIdentity()));
            emulator().faults().comeBack();
            ConnectedHub.await(() -> receiver.getOutages().isEmpty());
        }
    }

    private void sendTen() throws ServiceException {
        for (int i = 0; i < 10; i++) {
            emulator().messages().send(DEVICE, CloudMessage.of("body " + i).withMessageId("id-" + i));
        }
    }

    private void awaitDeliveries(final int count) {
        ConnectedHub.await(() -> {
            try {
                emulator().messages().sweep();
                return emulator().messages().pending(DEVICE).stream().allMatch(trace -> trace.deliveries() >= count);
            } catch (final ServiceException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void assertComeOnce(final Receiver<ReceivedMessage> receiver) throws InterruptedException {
        final List<String> ids = new ArrayList<>();
        ConnectedHub.await(() -> {
            poll(receiver).forEach(message -> {
                ids.add(message.properties().find(SystemProperty.MESSAGE_ID).orElseThrow());
                receiver.acknowledge(message);
            });
            return pending() == 0;
        });
        receiver.poll(100, Duration.ofMillis(300)).forEach(message -> ids.add(message.properties().find(SystemProperty.MESSAGE_ID).orElseThrow()));
        assertEquals(IntStream.range(0, 10).mapToObj(index -> "id-" + index).toList(), ids);
    }

    @Test
    void testTwinIsReadAndReported() throws Exception {
        emulator().twins().patchDesired(DEVICE, "{\"samplingSeconds\":5}");
        try (DeviceConnection connection = hub.connect(DEVICE)) {
            final TwinDocument twin = connection.getTwin(TIMEOUT).get(10, TimeUnit.SECONDS);
            assertTrue(new String(twin.json(), StandardCharsets.UTF_8).contains("\"samplingSeconds\":5"));
            assertEquals(2, twin.desiredVersion());

            final long version = connection.updateReportedProperties("{\"a\":1}".getBytes(StandardCharsets.UTF_8), OptionalLong.empty(), TIMEOUT)
                    .get(10, TimeUnit.SECONDS);
            assertEquals(twin.reportedVersion() + 1, version);
            assertEquals(FailureCategory.VERSION_CONFLICT,
                    category(connection.updateReportedProperties("{\"a\":2}".getBytes(StandardCharsets.UTF_8), OptionalLong.of(77), TIMEOUT)));
            final IoTHubException refused = failure(
                    connection.updateReportedProperties("{\"a\":".getBytes(StandardCharsets.UTF_8), OptionalLong.empty(), TIMEOUT));
            assertEquals(FailureCategory.REFUSED, refused.getCategory());
            assertEquals(400, refused.getHubError().orElseThrow().statusCode());
        }
    }

    @Test
    void testTwinRequestFailsWhenConnectionEnds() throws Exception {
        try (DeviceConnection connection = hub.connect(DEVICE)) {
            connection.getTwin(TIMEOUT).get(10, TimeUnit.SECONDS);
            emulator().twins().faults().next(1, TwinFault.unanswered());
            final CompletableFuture<TwinDocument> unanswered = connection.getTwin(TIMEOUT);
            emulator().faults().goAway();
            assertTrue(category(unanswered).isRetryable());
        }
    }

    @Test
    void testDesiredPropertiesComeWholeAndThenAsChanges() throws Exception {
        emulator().twins().patchDesired(DEVICE, "{\"a\":1}");
        try (Receiver<DesiredPropertiesUpdate> receiver = registry().receiveDesiredProperties(SELECTION, 100)) {
            final DesiredPropertiesUpdate whole = receiver.poll(1, TIMEOUT).getFirst();
            assertTrue(whole.complete());
            assertEquals("{\"a\":1,\"$version\":2}", new String(whole.json(), StandardCharsets.UTF_8));
            assertEquals(2, whole.version());

            emulator().twins().patchDesired(DEVICE, "{\"b\":2}");
            final DesiredPropertiesUpdate change = receiver.poll(1, TIMEOUT).getFirst();
            assertFalse(change.complete());
            assertEquals(3, change.version());

            emulator().faults().goAway();
            emulator().twins().patchDesired(DEVICE, "{\"c\":3}");
            emulator().faults().comeBack();
            final DesiredPropertiesUpdate again = receiver.poll(1, TIMEOUT).getFirst();
            assertTrue(again.complete());
            assertEquals(4, again.version());
        }
    }

    @Test
    void testOverflowOfDesiredPropertiesEndsWithTheWholeSection() throws Exception {
        try (Receiver<DesiredPropertiesUpdate> receiver = registry().receiveDesiredProperties(SELECTION, 3)) {
            assertTrue(receiver.poll(1, TIMEOUT).getFirst().complete());
            for (int i = 0; i < 10; i++) {
                emulator().twins().patchDesired(DEVICE, "{\"a\":" + i + "}");
            }
            final long last = 11;
            final List<DesiredPropertiesUpdate> received = new ArrayList<>();
            ConnectedHub.await(() -> {
                received.addAll(poll(receiver));
                return !received.isEmpty() && received.getLast().version() == last;
            });
            assertTrue(received.stream().anyMatch(DesiredPropertiesUpdate::complete));
        }
    }

    @Test
    void testMethodIsAnsweredOnce() throws Exception {
        try (Receiver<MethodRequest> receiver = registry().receiveMethods(SELECTION, 10); DeviceConnection connection = hub.connect(DEVICE)) {
            awaitSubscriptions(1);
            final CompletableFuture<MethodAnswer> answer = emulator().methods().call(DEVICE, "reboot", "{\"delay\":3}");
            final MethodRequest request = receiver.poll(1, TIMEOUT).getFirst();
            assertEquals("reboot", request.methodName());
            assertEquals("{\"delay\":3}", new String(request.payload(), StandardCharsets.UTF_8));
            assertEquals(FailureCategory.INVALID_CONTENT, category(connection.respond(request.requestId(), 200, "no json".getBytes(StandardCharsets.UTF_8))));
            assertEquals(FailureCategory.INVALID_CONTENT, category(connection.respond(request.requestId(), -2147467259, NO_PAYLOAD)));
            assertEquals(FailureCategory.INVALID_CONTENT, category(connection.respond(request.requestId(), 200, "{}".getBytes(StandardCharsets.UTF_16))));
            connection.respond(request.requestId(), 200, "{\"ok\":true}".getBytes(StandardCharsets.UTF_8)).get(10, TimeUnit.SECONDS);
            assertEquals(200, answer.get(10, TimeUnit.SECONDS).status());
            assertEquals(FailureCategory.EXPIRED, category(connection.respond(request.requestId(), 200, NO_PAYLOAD)));
        }
    }

    @Test
    void testMethodOfAnEarlierConnectionIsNotAnswered() throws Exception {
        try (Receiver<MethodRequest> receiver = registry().receiveMethods(SELECTION, 10); DeviceConnection connection = hub.connect(DEVICE)) {
            awaitSubscriptions(1);
            emulator().methods().call(DEVICE, "reboot", "{}");
            final MethodRequest request = receiver.poll(1, TIMEOUT).getFirst();
            emulator().faults().dropConnections();
            ConnectedHub.await(() -> emulator().connections().opened() == 2);
            ConnectedHub.awaitConnected(connection);
            assertEquals(FailureCategory.EXPIRED, category(connection.respond(request.requestId(), 200, NO_PAYLOAD)));
        }
    }

    @Test
    void testMethodBeyondCapacityIsAnswered503() throws Exception {
        try (Receiver<MethodRequest> receiver = registry().receiveMethods(SELECTION, 1)) {
            awaitSubscriptions(1);
            emulator().methods().call(DEVICE, "first", "{}");
            assertEquals(503, emulator().methods().call(DEVICE, "second", "{}").get(10, TimeUnit.SECONDS).status());
            assertEquals("first", receiver.poll(1, TIMEOUT).getFirst().methodName());
        }
    }

    @Test
    void testAllKindsShareOneConnectionAndFourSubscriptions() throws Exception {
        try (Receiver<ReceivedMessage> messages = registry().receiveMessages(SELECTION);
             Receiver<DesiredPropertiesUpdate> desired = registry().receiveDesiredProperties(SELECTION, 10);
             Receiver<MethodRequest> methods = registry().receiveMethods(SELECTION, 10); DeviceConnection connection = hub.connect(DEVICE)) {
            awaitSubscriptions(4);
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("1")).get(10, TimeUnit.SECONDS);
            assertTrue(desired.poll(1, TIMEOUT).getFirst().complete());
            assertTrue(messages.poll(1, Duration.ZERO).isEmpty() && methods.poll(1, Duration.ZERO).isEmpty());
            emulator().faults().dropConnections();
            ConnectedHub.await(() -> emulator().connections().opened() == 2);
            awaitSubscriptions(4);
            assertTrue(desired.poll(1, TIMEOUT).getFirst().complete());
        }
    }

    private void awaitSubscriptions(final int count) {
        ConnectedHub.await(() -> emulator().hub().session(IdentityKey.device(DEVICE))
                .filter(session -> session.filters().size() == count).isPresent());
    }

    private List<ReceivedMessage> take(final Receiver<ReceivedMessage> receiver, final int count) throws InterruptedException {
        final List<ReceivedMessage> taken = new ArrayList<>();
        final long deadline = System.nanoTime() + ConnectedHub.PATIENCE.toNanos();
        while (taken.size() < count && System.nanoTime() < deadline) {
            taken.addAll(receiver.poll(count - taken.size(), Duration.ofMillis(100)));
        }
        assertEquals(count, taken.size());
        return taken;
    }

    private static <T> List<T> poll(final Receiver<T> receiver) {
        try {
            return receiver.poll(100, Duration.ofMillis(10));
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int pending() {
        try {
            return emulator().messages().pending(DEVICE).size();
        } catch (final ServiceException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FailureCategory category(final CompletableFuture<?> outcome) {
        return failure(outcome).getCategory();
    }

    private static IoTHubException failure(final CompletableFuture<?> outcome) {
        return (IoTHubException) assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS)).getCause();
    }

    private DeviceConnectionRegistry registry() {
        return hub.connections().registry();
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }
}
