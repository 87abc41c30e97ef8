/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.protocol.DeviceTopics;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The subscriptions of a device: made when somebody wants one for the first time, and again after every connect.
 */
final class Subscriptions {

    private final DeviceTopics topics;

    private final Set<SubscriptionKind> wanted = EnumSet.noneOf(SubscriptionKind.class);

    private final Map<SubscriptionKind, CompletableFuture<Void>> granted = new EnumMap<>(SubscriptionKind.class);

    private MqttSession session;

    Subscriptions(final DeviceTopics topics) {
        this.topics = topics;
    }

    synchronized void opened(final MqttSession opened) {
        session = opened;
        granted.clear();
        if (!wanted.isEmpty()) {
            subscribe(wanted);
        }
    }

    private void subscribe(final Set<SubscriptionKind> kinds) {
        final List<String> filters = kinds.stream().map(kind -> kind.filter(topics)).toList();
        final CompletableFuture<Void> answer = session.subscribe(filters);
        kinds.forEach(kind -> granted.put(kind, answer));
    }

    synchronized void ended() {
        session = null;
        granted.clear();
    }

    /**
     * @return completes when the hub has granted it on the connection that is open now; fails if there is none, but then it is made with the next
     */
    synchronized CompletableFuture<Void> want(final SubscriptionKind kind) {
        wanted.add(kind);
        if (session == null) {
            return CompletableFuture.failedFuture(new IoTHubException(FailureCategory.NOT_CONNECTED, "The connection is not open"));
        }
        if (!granted.containsKey(kind)) {
            subscribe(EnumSet.of(kind));
        }
        return granted.get(kind);
    }
}
