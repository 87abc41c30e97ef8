/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.protocol.MethodRules;
import io.github.nifiazuremqtt.services.protocol.MethodTopics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The direct methods of a device that were not answered yet (contract section 6). {@code $rid} starts again with every connection; the ids given out do not,
 * so that an answer can never reach the caller of another method.
 */
final class MethodExchanges {

    /** The longest time that a caller can wait. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(300);

    private final DeviceIdentity identity;

    private final InstantSource clock;

    private final Map<String, Exchange> open = new LinkedHashMap<>();

    /** First part of the ids of this session. */
    private String prefix = "";

    private MqttSession session;

    MethodExchanges(final DeviceIdentity identity, final InstantSource clock) {
        this.identity = identity;
        this.clock = clock;
    }

    synchronized void opened(final MqttSession opened) {
        session = opened;
        prefix = UUID.randomUUID().toString();
        open.clear();
    }

    /**
     * @return name of the session that ended, for {@link #isOf}
     */
    synchronized String ended() {
        session = null;
        open.clear();
        return prefix;
    }

    static boolean isOf(final String session, final String requestId) {
        return requestId.startsWith(session + "/");
    }

    /**
     * @return id of the exchange; empty if the connection on which the request came is gone already
     */
    synchronized Optional<String> begin(final MethodTopics.MethodCall call) {
        if (session == null) {
            return Optional.empty();
        }

        final Instant now = clock.instant();
        final Iterator<Exchange> oldest = open.values().iterator();
        while (oldest.hasNext() && oldest.next().received.plus(LONGEST_WAIT).isBefore(now)) {
            oldest.remove();
        }
        final String requestId = prefix + "/" + call.requestId();
        open.put(requestId, new Exchange(call, now));
        return Optional.of(requestId);
    }

    CompletableFuture<Void> respond(final String requestId, final int statusCode, final byte[] payload) {
        final Optional<String> problem = MethodRules.findProblem(statusCode, payload);
        if (problem.isPresent()) {
            return CompletableFuture.failedFuture(
                    new IoTHubException(FailureCategory.INVALID_CONTENT, "Device [%s]: %s".formatted(identity, problem.get())));
        }

        final Exchange exchange;
        final MqttSession current;
        synchronized (this) {
            exchange = open.remove(requestId);
            current = session;
        }
        if (exchange == null || current == null || exchange.received.plus(LONGEST_WAIT).isBefore(clock.instant())) {
            return CompletableFuture.failedFuture(expired(null));
        }

        final CompletableFuture<Void> written = new CompletableFuture<>();
        current.publish(MethodTopics.response(statusCode, exchange.call.requestId()), payload, MqttQuality.AT_MOST_ONCE, new MqttSession.Delivery() {
            @Override
            public void delivered() {
                written.complete(null);
            }

            @Override
            public void failed(final MqttSessionException reason) {
                written.completeExceptionally(expired(reason));
            }
        });
        return written;
    }

    private IoTHubException expired(final Throwable cause) {
        return new IoTHubException(FailureCategory.EXPIRED,
                "Device [%s]: nobody waits for this answer: it was given before, its time is over, or its connection ended".formatted(identity), cause);
    }

    private record Exchange(MethodTopics.MethodCall call, Instant received) {
    }
}
