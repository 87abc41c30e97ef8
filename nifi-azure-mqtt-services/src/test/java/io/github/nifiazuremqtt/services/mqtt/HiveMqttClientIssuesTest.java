/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong in the library with one client object for many connections does not go wrong with a new object for each. */
@Timeout(60)
class HiveMqttClientIssuesTest {

    private static final String DEVICE = "pump-7";

    private static final long SECONDS = 20;

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    private final HiveMqttSessionFactory sessions = new HiveMqttSessionFactory("test-session", 1);

    @AfterEach
    void close() {
        sessions.close();
    }

    /** github.com/hivemq/hivemq-mqtt-client/issues/796: an acknowledgment that a lost connection took along is never sent again. */
    @Test
    void testIssue796AcknowledgmentAfterReconnect() throws Exception {
        final Listener first = new Listener();
        final MqttSession lost = connect(first);
        lost.subscribe(List.of("devices/%s/messages/devicebound/#".formatted(DEVICE))).get(SECONDS, TimeUnit.SECONDS);
        emulator().messages().send(DEVICE, CloudMessage.of("1").withMessageId("1"));
        final IncomingMessage unacknowledged = first.received.poll(SECONDS, TimeUnit.SECONDS);
        emulator().faults().dropConnections();
        first.closed.get(SECONDS, TimeUnit.SECONDS);
        unacknowledged.acknowledge();

        final Listener second = new Listener();
        final MqttSession next = connect(second);
        second.received.poll(SECONDS, TimeUnit.SECONDS).acknowledge();
        emulator().messages().send(DEVICE, CloudMessage.of("2").withMessageId("2"));
        second.received.poll(SECONDS, TimeUnit.SECONDS).acknowledge();
        emulator().messages().awaitEnded(DEVICE, 2, Duration.ofSeconds(SECONDS));
        assertEquals(List.of(), emulator().messages().pending(DEVICE));
        next.disconnect().get(SECONDS, TimeUnit.SECONDS);
    }

    /** github.com/hivemq/hivemq-mqtt-client/issues/801: what is published while there is no connection blocks or piles up. */
    @Test
    void testIssue801PublishWithoutConnectionFailsAtOnceAndIsNeverSent() throws Exception {
        final Listener first = new Listener();
        final MqttSession lost = connect(first);
        emulator().faults().goAway();
        first.closed.get(SECONDS, TimeUnit.SECONDS);
        final AtomicInteger failed = new AtomicInteger();
        for (int number = 0; number < 10_000; number++) {
            lost.publish("devices/%s/messages/events/".formatted(DEVICE), new byte[1_000], MqttQuality.AT_LEAST_ONCE, new Failing(failed));
        }
        assertEquals(10_000, failed.get());

        emulator().faults().comeBack();
        final MqttSession next = connect(new Listener());
        final CompletableFuture<Void> delivered = new CompletableFuture<>();
        next.publish("devices/%s/messages/events/".formatted(DEVICE), new byte[1], MqttQuality.AT_LEAST_ONCE, new MqttSession.Delivery() {
            @Override
            public void delivered() {
                delivered.complete(null);
            }

            @Override
            public void failed(final MqttSessionException reason) {
                delivered.completeExceptionally(reason);
            }
        });
        delivered.get(SECONDS, TimeUnit.SECONDS);
        assertEquals(1, emulator().telemetry().count());
        next.disconnect().get(SECONDS, TimeUnit.SECONDS);
    }

    /** The library acknowledges and drops what comes after its flow has ended, also on a connection that is being left. */
    @Test
    void testWhatComesWhileTheConnectionIsLeftIsNotAcknowledged() throws Exception {
        connectAndSubscribe();
        for (int number = 0; number < 45; number++) {
            emulator().messages().send(DEVICE, CloudMessage.of("x".repeat(1_000)).withMessageId("id-" + number));
        }
        for (int round = 0; round < 60; round++) {
            final MqttSession session = sessions.create(settings(DEVICE), new Listener());
            final CompletableFuture<Boolean> connected = session.connect();
            if (round % 3 > 0) {
                connected.get(SECONDS, TimeUnit.SECONDS);
            }
            if (round % 3 > 1) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50L * round));
            }
            session.disconnect().get(SECONDS, TimeUnit.SECONDS);
            assertEquals(List.of(), emulator().messages().ended(DEVICE));
        }
        assertEquals(45, emulator().messages().pending(DEVICE).size());
    }

    private void connectAndSubscribe() throws Exception {
        final MqttSession session = connect(new Listener());
        session.subscribe(List.of("devices/%s/messages/devicebound/#".formatted(DEVICE))).get(SECONDS, TimeUnit.SECONDS);
        session.disconnect().get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void testWhatTheLibraryDoesNotAcceptFailsTheConnect() throws Exception {
        final MqttSession session = sessions.create(settings("bad\u0000id"), new Listener());
        assertThrows(ExecutionException.class, () -> session.connect().get(SECONDS, TimeUnit.SECONDS));
    }

    private MqttSession connect(final Listener listener) throws Exception {
        final MqttSession session = sessions.create(settings(DEVICE), listener);
        session.connect().get(SECONDS, TimeUnit.SECONDS);
        return session;
    }

    private ConnectSettings settings(final String clientId) throws Exception {
        final String key = emulator().hub().registry().find(IdentityKey.device(DEVICE)).orElseThrow().authentication().primary();
        final String host = emulator().hostName();
        final String token = SasToken.sign("%s/devices/%s".formatted(host, DEVICE), key, Instant.now().plusSeconds(600), "").text();
        final ServerEndpoint endpoint = new ServerEndpoint(host, emulator().mqttPort(), new TlsSettings(trust(), null), null, null, Duration.ofSeconds(SECONDS));
        return new ConnectSettings(endpoint, clientId, "%s/%s/?api-version=2021-04-12".formatted(host, DEVICE), token, Duration.ofSeconds(60), false,
                Duration.ofSeconds(SECONDS));
    }

    private X509TrustManager trust() throws Exception {
        final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("emulator", emulator().trustAnchor());
        final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }

    private static final class Listener implements MqttSessionListener {

        private final BlockingQueue<IncomingMessage> received = new LinkedBlockingQueue<>();

        private final CompletableFuture<Void> closed = new CompletableFuture<>();

        @Override
        public void received(final IncomingMessage message) {
            received.add(message);
        }

        @Override
        public void closed(final MqttSessionException reason) {
            closed.complete(null);
        }
    }

    /** Not a record: a session tells deliveries apart by what they are. */
    private static final class Failing implements MqttSession.Delivery {

        private final AtomicInteger failed;

        private Failing(final AtomicInteger failed) {
            this.failed = failed;
        }

        @Override
        public void delivered() {
            throw new IllegalStateException("Delivered without a connection");
        }

        @Override
        public void failed(final MqttSessionException reason) {
            failed.incrementAndGet();
        }
    }
}
