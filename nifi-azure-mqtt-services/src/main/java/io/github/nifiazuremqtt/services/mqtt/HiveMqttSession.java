/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3RxClient;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3PublishResult;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import io.netty.channel.EventLoopGroup;
import io.reactivex.Flowable;
import io.reactivex.FlowableSubscriber;
import io.reactivex.disposables.Disposable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscription;

/**
 * A session on the HiveMQ client, one client object for one connection and without its automatic reconnect.
 */
final class HiveMqttSession implements MqttSession {

    private static final long DISCONNECT_SECONDS = 2;

    private final ConnectSettings settings;

    private final MqttSessionListener listener;

    private final EventLoopGroup eventLoops;

    private final Executor connectThreads;

    private final PendingDeliveries pending = new PendingDeliveries();

    private final AtomicBoolean ended = new AtomicBoolean();

    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();

    private volatile Mqtt3RxClient client;

    private volatile Disposable incoming;

    HiveMqttSession(final ConnectSettings settings, final MqttSessionListener listener, final EventLoopGroup eventLoops, final Executor connectThreads) {
        this.settings = settings;
        this.listener = listener;
        this.eventLoops = eventLoops;
        this.connectThreads = connectThreads;
    }

    @Override
    public CompletableFuture<Boolean> connect() {
        try {
            connectThreads.execute(this::begin);
        } catch (final RejectedExecutionException e) {
            connected.completeExceptionally(ended());
        }
        return connected;
    }

    private void begin() {
        try {
            final Mqtt3RxClient newClient = HiveMqttClients.build(settings, eventLoops, this::onDisconnected);
            client = newClient;
            // Before CONNECT: messages of a kept session follow CONNACK at once, and the library acknowledges and drops what nobody has asked for.
            incoming = newClient.publishes(MqttGlobalPublishFilter.ALL, true).subscribe(this::onReceived, this::onIncomingEnd);
            final Disposable connecting = newClient.connect(connectPacket()).subscribe(this::onConnected, this::onConnectFailed);
            connected.whenComplete((sessionPresent, failure) -> connecting.dispose());
        } catch (final MqttSessionException | RuntimeException e) {
            // Whoever waits for the connection must hear of what nobody expected, too.
            stopReceiving();
            ended.set(true);
            connected.completeExceptionally(e);
        }
    }

    private Mqtt3Connect connectPacket() {
        final Mqtt3ConnectBuilder packet = Mqtt3Connect.builder()
                .cleanSession(settings.cleanSession())
                .keepAlive((int) settings.keepAlive().toSeconds());
        if (settings.userName() != null && settings.password() != null) {
            packet.simpleAuth().username(settings.userName()).password(settings.password().getBytes(StandardCharsets.UTF_8)).applySimpleAuth();
        } else if (settings.userName() != null) {
            packet.simpleAuth().username(settings.userName()).applySimpleAuth();
        }
        return packet.build();
    }

    private void onConnected(final Mqtt3ConnAck connAck) {
        if (ended.get()) {
            leave();
            connected.completeExceptionally(ended());
        } else {
            connected.complete(connAck.isSessionPresent());
        }
    }

    private void onConnectFailed(final Throwable failure) {
        stopReceiving();
        ended.set(true);
        connected.completeExceptionally(SessionFailures.ofConnect(failure, settings.endpoint()));
    }

    private void onDisconnected(final Throwable cause) {
        stopReceiving();
        if (!connected.isDone() || connected.isCompletedExceptionally() || !ended.compareAndSet(false, true)) {
            return;
        }

        final MqttSessionException reason = SessionFailures.ofClose(cause, settings);
        pending.end().forEach(delivery -> delivery.failed(reason));
        listener.closed(reason);
    }

    /** What comes while the connection is being left is neither given out nor acknowledged: the server sends it again on the next one. */
    private void onReceived(final Mqtt3Publish publish) {
        if (ended.get()) {
            return;
        }

        listener.received(new IncomingMessage(publish.getTopic().toString(), publish.getPayloadAsBytes(), publish::acknowledge));
    }

    /** The end of the connection is reported by {@link #onDisconnected}; the library ends the flow of messages on its own account afterwards. */
    private void onIncomingEnd(final Throwable cause) {
        incoming = null;
    }

    /** Not before the connection is closed: the library acknowledges and drops what comes after it. */
    private void stopReceiving() {
        final Disposable receiving = incoming;
        if (receiving != null) {
            receiving.dispose();
        }
    }

    @Override
    public void publish(final String topic, final byte[] payload, final MqttQuality quality, final Delivery delivery) {
        final Mqtt3Publish publish;
        try {
            publish = Mqtt3Publish.builder().topic(topic).qos(qos(quality)).payload(payload).build();
        } catch (final IllegalArgumentException e) {
            delivery.failed(new MqttSessionException(MqttSessionException.Kind.INVALID, "Topic not valid: " + e.getMessage(), e));
            return;
        }

        if (pending.add(delivery)) {
            client.publish(Flowable.just(publish)).subscribe(new Outcome(delivery));
        } else {
            delivery.failed(ended());
        }
    }

    private static MqttQos qos(final MqttQuality quality) {
        return switch (quality) {
            case AT_MOST_ONCE -> MqttQos.AT_MOST_ONCE;
            case AT_LEAST_ONCE -> MqttQos.AT_LEAST_ONCE;
        };
    }

    @Override
    public CompletableFuture<Void> subscribe(final List<String> topicFilters) {
        final CompletableFuture<Void> granted = new CompletableFuture<>();
        final Delivery delivery = new FutureDelivery(granted);
        if (!pending.add(delivery)) {
            granted.completeExceptionally(ended());
            return granted;
        }

        final List<Mqtt3Subscription> subscriptions = topicFilters.stream()
                .map(filter -> Mqtt3Subscription.builder().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).build())
                .toList();
        final Disposable subscribing = client.subscribe(Mqtt3Subscribe.builder().addSubscriptions(subscriptions).build()).subscribe(
                subAck -> settle(delivery, null), failure -> settle(delivery, failure));
        granted.whenComplete((done, failure) -> subscribing.dispose());
        return granted;
    }

    private void settle(final Delivery delivery, final Throwable failure) {
        if (!pending.remove(delivery)) {
            return;
        }

        if (failure == null) {
            delivery.delivered();
        } else {
            delivery.failed(SessionFailures.ofClose(failure, settings));
        }
    }

    @Override
    public CompletableFuture<Void> disconnect() {
        if (!ended.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null);
        }

        final MqttSessionException reason = ended();
        pending.end().forEach(delivery -> delivery.failed(reason));
        return connected.isDone() ? leave() : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> leave() {
        final CompletableFuture<Void> left = new CompletableFuture<>();
        final Disposable leaving = client.disconnect().subscribe(() -> left.complete(null), failure -> left.complete(null));
        if (eventLoops.isShuttingDown()) {
            left.complete(null);
        } else {
            // A server that reads no more would keep the packet, and the caller, waiting.
            eventLoops.schedule(() -> left.complete(null), DISCONNECT_SECONDS, TimeUnit.SECONDS);
        }
        left.whenComplete((done, failure) -> leaving.dispose());
        return left;
    }

    private static MqttSessionException ended() {
        return new MqttSessionException(MqttSessionException.Kind.ENDED, "Connection ended by this side", null);
    }

    /** Hands the result of one publish to its delivery, unless the session ended first. */
    private final class Outcome implements FlowableSubscriber<Mqtt3PublishResult> {

        private final Delivery delivery;

        private Outcome(final Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public void onSubscribe(final Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(final Mqtt3PublishResult result) {
            settle(delivery, result.getError().orElse(null));
        }

        @Override
        public void onError(final Throwable failure) {
            settle(delivery, failure);
        }

        @Override
        public void onComplete() {
            // Each publish has one result, which came before.
        }
    }

    private record FutureDelivery(CompletableFuture<Void> future) implements Delivery {

        @Override
        public void delivered() {
            future.complete(null);
        }

        @Override
        public void failed(final MqttSessionException reason) {
            future.completeExceptionally(reason);
        }

        @Override
        public boolean equals(final Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
