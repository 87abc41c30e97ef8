/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Sessions that end at a script instead of a network, with a record of every packet.
 */
final class FakeProvisioningServer implements MqttSessionFactory {

    final List<Packet> packets = new ArrayList<>();

    final List<ConnectSettings> connects = new ArrayList<>();

    /** What to do at CONNECT, one for each; when they are used up every CONNECT is accepted. */
    final Deque<MqttSessionException> connectFailures = new ArrayDeque<>();

    final Set<Session> open = new HashSet<>();

    int mostOpen;

    boolean closed;

    private final LongSupplier time;

    private final Function<Packet, Reply> script;

    /**
     * @param script answers a request; null stays silent
     */
    FakeProvisioningServer(final LongSupplier time, final Function<Packet, Reply> script) {
        this.time = time;
        this.script = script;
    }

    @Override
    public MqttSession create(final ConnectSettings settings, final MqttSessionListener listener) {
        return new Session(settings, listener);
    }

    @Override
    public void close() {
        closed = true;
    }

    List<String> packetTexts() {
        return packets.stream().map(packet -> packet.text).toList();
    }

    /**
     * A packet as the server sees it.
     *
     * @param time     when
     * @param clientId from whom
     * @param text     kind and topic
     * @param payload  payload
     */
    record Packet(long time, String clientId, String text, String payload) {

        boolean isRegister() {
            return text.contains("/PUT/");
        }

        boolean isPoll() {
            return text.contains("/GET/");
        }
    }

    /**
     * An answer.
     *
     * @param status     status
     * @param parameters behind the request id
     * @param body       body
     */
    record Reply(int status, String parameters, String body) {
    }

    final class Session implements MqttSession {

        private final ConnectSettings settings;

        private final MqttSessionListener listener;

        private Session(final ConnectSettings settings, final MqttSessionListener listener) {
            this.settings = settings;
            this.listener = listener;
        }

        @Override
        public CompletableFuture<Boolean> connect() {
            connects.add(settings);
            log("CONNECT", "");
            if (!connectFailures.isEmpty()) {
                return CompletableFuture.failedFuture(connectFailures.poll());
            }
            open.add(this);
            mostOpen = Math.max(mostOpen, open.size());
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public void publish(final String topic, final byte[] payload, final MqttQuality quality, final Delivery delivery) {
            final Reply reply = script.apply(log("PUBLISH " + topic, new String(payload, StandardCharsets.UTF_8)));
            delivery.delivered();
            if (reply != null) {
                final String requestId = topic.replaceAll(".*[$]rid=([^&]*).*", "$1");
                listener.received(new IncomingMessage("$dps/registrations/res/%d/?$rid=%s%s".formatted(reply.status(), requestId, reply.parameters()),
                        reply.body().getBytes(StandardCharsets.UTF_8), () -> log("PUBACK", "")));
            }
        }

        @Override
        public CompletableFuture<Void> subscribe(final List<String> topicFilters) {
            log("SUBSCRIBE " + String.join(" ", topicFilters), "");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> disconnect() {
            if (open.remove(this)) {
                log("DISCONNECT", "");
            }
            return CompletableFuture.completedFuture(null);
        }

        void drop() {
            open.remove(this);
            listener.closed(new MqttSessionException(MqttSessionException.Kind.CLOSED, "Connection reset", null));
        }

        private Packet log(final String text, final String payload) {
            final Packet packet = new Packet(time.getAsLong(), settings.clientId(), text, payload);
            packets.add(packet);
            return packet;
        }
    }
}
