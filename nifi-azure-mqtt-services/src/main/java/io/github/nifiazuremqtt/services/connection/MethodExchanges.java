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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * The direct methods of a device that were not answered yet (contract section 6). {@code $rid} starts again with every connection; the ids given out do not,
 * so that an answer can never reach the caller of another method.
 */
final class MethodExchanges {

    /** The longest time that a caller can wait. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(300);

    private final DeviceIdentity identity;

    private final LongSupplier nanoTime;

    private final Map<String, Exchange> open = new LinkedHashMap<>();

    /** First part of the ids of this session. */
    private String prefix = "";

    private MqttSession session;

    private boolean held;

    private Runnable drained;

    MethodExchanges(final DeviceIdentity identity, final LongSupplier nanoTime) {
        this.identity = identity;
        this.nanoTime = nanoTime;
    }

    synchronized void opened(final MqttSession opened) {
        session = opened;
        prefix = UUID.randomUUID().toString();
        forget();
    }

    private void forget() {
        open.clear();
        held = false;
        drained = null;
    }

    /**
     * @return name of the session that ended, for {@link #isOf}
     */
    synchronized String ended() {
        session = null;
        forget();
        return prefix;
    }

    /**
     * Lets nothing more begin as soon as nothing is open, until {@link #opened}. What comes before that goes on as usual.
     *
     * @param whenDrained run once then, at once if nothing is open; must not do its work on the calling thread
     */
    synchronized void hold(final Runnable whenDrained) {
        drained = whenDrained;
        forgetOld();
        holdIfDrained();
    }

    /** Nobody waits for the answer any more. */
    private void forgetOld() {
        final long now = nanoTime.getAsLong();
        final Iterator<Exchange> oldest = open.values().iterator();
        while (oldest.hasNext() && oldest.next().isOver(now)) {
            oldest.remove();
        }
    }

    private void holdIfDrained() {
        if (drained != null && open.isEmpty()) {
            final Runnable run = drained;
            drained = null;
            held = true;
            run.run();
        }
    }

    /**
     * Lets nothing more begin, and answers what is open: better than the silence in which its caller would wait for the end of the connection.
     *
     * @return name of the session, for {@link #isOf}
     */
    String giveBack(final int statusCode, final byte[] payload) {
        final List<String> unanswered;
        final String current;
        synchronized (this) {
            held = true;
            unanswered = List.copyOf(open.keySet());
            current = prefix;
        }
        unanswered.forEach(requestId -> respond(requestId, statusCode, payload));
        return current;
    }

    synchronized boolean isHeld() {
        return held;
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

        forgetOld();
        final String requestId = prefix + "/" + call.requestId();
        open.put(requestId, new Exchange(call, nanoTime.getAsLong()));
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
        if (exchange == null || current == null || exchange.isOver(nanoTime.getAsLong())) {
            answered();
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
        answered();
        return written;
    }

    /** After the answer was given to the connection: a connection that is left then takes it along. */
    private synchronized void answered() {
        holdIfDrained();
    }

    private IoTHubException expired(final Throwable cause) {
        return new IoTHubException(FailureCategory.EXPIRED,
                "Device [%s]: nobody waits for this answer: it was given before, its time is over, or its connection ended".formatted(identity), cause);
    }

    private record Exchange(MethodTopics.MethodCall call, long receivedNanos) {

        private boolean isOver(final long now) {
            return now - receivedNanos > LONGEST_WAIT.toNanos();
        }
    }
}
