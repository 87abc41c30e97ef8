/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.api.SystemProperty;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is under way on a connection when it is made anew. */
@Timeout(120)
class RenewalDrainTest {

    private static final String DEVICE = "pump-7";

    private static final DeviceSelection SELECTION = DeviceSelection.only(DeviceIdentity.ofDevice(DEVICE));

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    @Test
    void testMethodUnderWayIsAnsweredBeforeTheConnectionIsLeft() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 100); DeviceConnection connection = hub.connect(DEVICE);
             Receiver<MethodRequest> methods = hub.connections().registry().receiveMethods(SELECTION, 10)) {
            final CompletableFuture<MethodAnswer> answer;
            final MethodRequest request;
            try (Receiver<ReceivedMessage> messages = hub.connections().registry().receiveMessages(SELECTION)) {
                awaitSubscriptions(2);
                answer = emulator().methods().call(DEVICE, "reboot", "{}");
                request = methods.poll(1, TIMEOUT).getFirst();
                emulator().messages().send(DEVICE, CloudMessage.of("1").withMessageId("1"));
                assertEquals(1, messages.poll(1, TIMEOUT).size());
                // A receiver that is closed with a message in hand makes the connection anew.
            }
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("meanwhile")).get(10, TimeUnit.SECONDS);
            final CompletableFuture<MethodAnswer> second = emulator().methods().call(DEVICE, "status", "{}");
            connection.respond(methods.poll(1, TIMEOUT).getFirst().requestId(), 200, "{}".getBytes(StandardCharsets.UTF_8)).get(10, TimeUnit.SECONDS);
            assertEquals(200, second.get(10, TimeUnit.SECONDS).status());
            assertEquals(1, emulator().connections().opened());

            connection.respond(request.requestId(), 201, "{}".getBytes(StandardCharsets.UTF_8)).get(10, TimeUnit.SECONDS);
            assertEquals(201, answer.get(10, TimeUnit.SECONDS).status());
            ConnectedHub.await(() -> emulator().connections().opened() == 2);
        }
    }

    @Test
    void testMethodThatIsNotAnsweredInTimeIsGivenBack() throws Exception {
        final EmulatedKeys keys = new EmulatedKeys(emulator()).life(Duration.ofSeconds(3));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, 100);
             Receiver<MethodRequest> methods = hub.connections().registry().receiveMethods(SELECTION, 10); DeviceConnection connection = hub.connect(DEVICE)) {
            awaitSubscriptions(1);
            final CompletableFuture<MethodAnswer> answer = emulator().methods().call(DEVICE, "reboot", "{}");
            assertFalse(methods.poll(1, TIMEOUT).isEmpty());
            assertEquals(504, answer.get(20, TimeUnit.SECONDS).status());
            ConnectedHub.await(() -> emulator().connections().opened() == 2);
            ConnectedHub.awaitConnected(connection);
        }
    }

    @Test
    void testMessageThatIsBeingCommittedDoesNotComeTwice() throws Exception {
        emulator().messages().liftQueueLimit();
        final EmulatedKeys keys = new EmulatedKeys(emulator()).life(Duration.ofSeconds(5));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, 100);
             Receiver<ReceivedMessage> receiver = hub.connections().registry().receiveMessages(SELECTION)) {
            final List<String> received = new ArrayList<>();
            int sent = 0;
            while (emulator().connections().opened() < 4) {
                emulator().messages().send(DEVICE, CloudMessage.of("x").withMessageId("id-" + sent));
                sent++;
                received.addAll(commit(receiver));
            }
            while (received.size() < sent) {
                received.addAll(commit(receiver));
            }
            assertEquals(sent, new HashSet<>(received).size());
            assertEquals(sent, received.size());
        }
    }

    /** As a processor does, with a commit that takes a while. */
    private static List<String> commit(final Receiver<ReceivedMessage> receiver) throws InterruptedException {
        final List<ReceivedMessage> taken = receiver.poll(10, TIMEOUT);
        assertTrue(taken.size() <= 10);
        final long end = System.nanoTime() + Duration.ofMillis(60).toNanos();
        ConnectedHub.await(() -> System.nanoTime() > end);
        taken.forEach(receiver::acknowledge);
        return taken.stream().map(message -> message.properties().find(SystemProperty.MESSAGE_ID).orElseThrow()).toList();
    }

    private void awaitSubscriptions(final int count) {
        ConnectedHub.await(() -> emulator().hub().session(IdentityKey.device(DEVICE))
                .filter(session -> session.filters().size() == count).isPresent());
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }
}
