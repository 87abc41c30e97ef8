/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import io.github.nifiazuremqtt.emulator.mqtt.SessionHandler;
import io.github.nifiazuremqtt.emulator.mqtt.TopicRequest;
import io.github.nifiazuremqtt.emulator.mqtt.Will;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A device or module that is connected to a hub. */
public final class DeviceSession implements SessionHandler {

    private static final int HIGHEST_QOS = 1;
    private static final int REFUSED_FILTER = 0x80;

    private final IoTHub hub;
    private final HubUserName userName;
    private final Proof proof;
    private final MqttConnection connection;
    private final Subscriptions subscriptions;
    private final boolean cleanSession;
    private final Will will;
    private final String connectionAuthMethod;

    DeviceSession(final IoTHub hub, final HubUserName userName, final Proof proof, final MqttConnection connection, final Subscriptions subscriptions,
                  final boolean cleanSession, final Will will) {
        this.hub = hub;
        this.userName = userName;
        this.proof = proof;
        this.connection = connection;
        this.subscriptions = subscriptions;
        this.cleanSession = cleanSession;
        this.will = will;
        this.connectionAuthMethod = "{\"scope\":\"%s\",\"type\":\"%s\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}"
                .formatted(proof.scope(), proof.type());
    }

    public IdentityKey key() {
        return userName.key();
    }

    /** The identity as it was registered at CONNECT. */
    public RegisteredIdentity identity() {
        return proof.identity();
    }

    public MqttConnection connection() {
        return connection;
    }

    /** API version of the user name, empty if it has none. */
    public String apiVersion() {
        return userName.apiVersion();
    }

    /** Plug and Play model of the user name, empty if it has none. */
    public String modelId() {
        return userName.modelId();
    }

    public boolean isCleanSession() {
        return cleanSession;
    }

    /** Quality of service granted to a filter, empty without subscription. */
    public OptionalInt subscription(final String filter) {
        final Integer qos = subscriptions.qos(filter);
        return qos == null ? OptionalInt.empty() : OptionalInt.of(qos);
    }

    /** Filters that are subscribed. */
    public Set<String> filters() {
        return subscriptions.filters();
    }

    /** Ends the connection without a packet. */
    public void close(final int row, final String reason) {
        connection.close(new Refusal(row, reason));
    }

    /** Takes what a message of this size costs from the daily quota; if that is more than is left, closes the connection and returns false. */
    public boolean pay(final int size) {
        final boolean paid = hub.quota().take(size);
        if (!paid) {
            close(37, "the daily quota is used up");
        }

        return paid;
    }

    /** Answers a PUBLISH if it asks for an answer. */
    public void acknowledge(final InboundPublish publish) {
        acknowledge(publish, 0);
    }

    @Override
    public void connected() {
        hub.features().forEach(feature -> feature.connected(this));
    }

    @Override
    public void publish(final InboundPublish publish) {
        hub.activity().heardOf(key());
        if (publish.qos() > HIGHEST_QOS) {
            close(27, "PUBLISH with quality of service 2");
            return;
        }

        for (final HubFeature feature : hub.features()) {
            if (feature.takes(this, publish.topic())) {
                feature.publish(this, publish);
                return;
            }
        }

        if (publish.topic().startsWith("devices/") && !publish.topic().startsWith(key().topicRoot() + "/")) {
            close(29, "PUBLISH to a topic of another identity [%s]".formatted(publish.topic()));
        } else {
            close(28, "PUBLISH to an undocumented topic [%s]".formatted(publish.topic()));
        }
    }

    @Override
    public void subscribe(final int packetId, final List<TopicRequest> requests) {
        final List<Integer> returnCodes = new ArrayList<>();
        final List<String> granted = new ArrayList<>();
        for (final TopicRequest request : requests) {
            final Refusal refusal = judge(request.filter());
            if (refusal != null && hub.isOn(HubSwitch.UNDOCUMENTED_FILTER_IGNORED)) {
                returnCodes.add(Math.min(request.qos(), HIGHEST_QOS));
            } else if (refusal == null) {
                final int qos = Math.min(request.qos(), HIGHEST_QOS);
                subscriptions.add(request.filter(), qos);
                returnCodes.add(qos);
                granted.add(request.filter());
            } else if (hub.isOn(HubSwitch.REFUSED_FILTER_IN_SUBACK)) {
                returnCodes.add(REFUSED_FILTER);
            } else {
                connection.close(refusal);
                return;
            }
        }

        connection.subscribed(packetId, returnCodes);
        granted.forEach(filter -> hub.features().forEach(feature -> feature.subscribed(this, filter)));
    }

    @Override
    public void unsubscribe(final int packetId, final List<String> filters) {
        for (final String filter : filters) {
            if (!Subscriptions.isDocumented(key(), filter) && hub.isOn(HubSwitch.UNDOCUMENTED_UNSUBSCRIBE_CLOSES)) {
                close(42, "UNSUBSCRIBE of an undocumented filter [%s]".formatted(filter));
                return;
            }

            subscriptions.remove(filter);
        }

        connection.unsubscribed(packetId);
    }

    @Override
    public void acknowledged(final int packetId) {
        for (final HubFeature feature : hub.features()) {
            if (feature.acknowledged(this, packetId)) {
                return;
            }
        }
    }

    @Override
    public void ended(final boolean orderly) {
        hub.leave(this);
        if (!orderly && will != null) {
            hub.telemetryFeature().publishWill(this, will);
        }

        hub.features().forEach(feature -> feature.disconnected(this, orderly));
    }

    @Override
    public Optional<Refusal> check(final Instant now) {
        if (proof.expiry() == Instant.MAX || !now.isAfter(proof.expiry().plus(hub.timings().tokenGrace()))) {
            return Optional.empty();
        }

        return Optional.of(new Refusal(26, "the token has expired at " + proof.expiry()));
    }

    IoTHub hub() {
        return hub;
    }

    String connectionAuthMethod() {
        return connectionAuthMethod;
    }

    void acknowledge(final InboundPublish publish, final long delayNanos) {
        if (publish.qos() == HIGHEST_QOS) {
            connection.acknowledge(publish.packetId(), delayNanos);
        }
    }

    private Refusal judge(final String filter) {
        if (!Subscriptions.isDocumented(key(), filter)) {
            return new Refusal(38, "SUBSCRIBE to an undocumented filter [%s]".formatted(filter));
        }

        return subscriptions.hasRoomFor(filter) || hub.isOn(HubSwitch.UNLIMITED_SUBSCRIPTIONS) ? null : new Refusal(39, "a sixth subscription");
    }
}
