/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.TwinDocument;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.protocol.HubErrorBody;
import io.github.nifiazuremqtt.services.protocol.ResponseTopic;
import io.github.nifiazuremqtt.services.protocol.TwinBody;
import io.github.nifiazuremqtt.services.protocol.TwinTopics;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The requests to the twin that wait for their answers (contract section 5). Answers are found by {@code $rid}, never come on another connection, and may
 * never come at all.
 * <p>
 * Requests are sent in the order in which they were made, for a patch builds on the one before: all of them go through one line, from which one thread at a
 * time sends, and none is sent before those that wait for the subscription or for a renewal.
 */
final class TwinRequests {

    private static final byte[] EMPTY = {};

    private static final int BAD_REQUEST = 400;

    private static final int PRECONDITION_FAILED = 412;

    private static final int TOO_MANY_REQUESTS = 429;

    private static final int SERVER_FAULT = 500;

    private final DeviceIdentity identity;

    private final Subscriptions subscriptions;

    private final ScheduledExecutorService timer;

    private final Runnable hubAnswered;

    /** All that were not answered, in the order in which they were made. */
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    /** Those of them that were not sent. */
    private final Deque<Pending> waiting = new ArrayDeque<>();

    private long lastRequestId;

    private MqttSession session;

    private Runnable drained;

    private boolean held;

    private boolean subscribing;

    /** The hub can answer on this session. */
    private boolean subscribed;

    private boolean sending;

    TwinRequests(final DeviceIdentity identity, final Subscriptions subscriptions, final ScheduledExecutorService timer, final Runnable hubAnswered) {
        this.identity = identity;
        this.subscriptions = subscriptions;
        this.timer = timer;
        this.hubAnswered = hubAnswered;
    }

    CompletableFuture<TwinDocument> get(final Duration timeout) {
        return request(TwinTopics::get, EMPTY, timeout).thenApply(this::document);
    }

    private TwinDocument document(final Answer answer) {
        try {
            final TwinBody body = TwinBody.parse(answer.body());
            return new TwinDocument(answer.body(), body.desiredVersion(), body.reportedVersion());
        } catch (final WireFormatException e) {
            throw new IoTHubException(FailureCategory.SERVER_ERROR, "Device [%s]: %s".formatted(identity, e.getMessage()), e);
        }
    }

    CompletableFuture<Long> patch(final byte[] patch, final OptionalLong expectedVersion, final Duration timeout) {
        return request(requestId -> TwinTopics.patchReported(requestId, expectedVersion), patch, timeout)
                .thenApply(answer -> answer.topic().version().orElse(0));
    }

    private CompletableFuture<Answer> request(final Function<String, String> topic, final byte[] body, final Duration timeout) {
        final Pending request;
        synchronized (pending) {
            if (session == null && !held) {
                return CompletableFuture.failedFuture(
                        new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [%s]: the connection is not open".formatted(identity)));
            }
            lastRequestId++;
            request = new Pending(Long.toString(lastRequestId), topic, body);
            final Future<?> end = timer.schedule(() -> fail(request, new IoTHubException(FailureCategory.TIMED_OUT,
                    "Device [%s]: the hub did not answer a request to the twin in %d ms".formatted(identity, timeout.toMillis()))),
                    timeout.toMillis(), TimeUnit.MILLISECONDS);
            request.answer.whenComplete((answer, failure) -> end.cancel(false));
            pending.put(request.requestId, request);
            waiting.addLast(request);
        }
        sendWaiting();
        return request.answer;
    }

    /** Sends what waits, once the hub can answer. */
    void sendWaiting() {
        final MqttSession open;
        final boolean subscribe;
        synchronized (pending) {
            if (session == null || held || waiting.isEmpty() || subscribing) {
                return;
            }
            open = session;
            subscribe = !subscribed;
            subscribing = subscribe;
        }

        if (subscribe) {
            subscriptions.want(SubscriptionKind.TWIN_RESPONSES).whenComplete((granted, failure) -> onSubscribed(open, failure));
        } else {
            sendInOrder();
        }
    }

    private void onSubscribed(final MqttSession open, final Throwable failure) {
        final List<Pending> unanswerable;
        synchronized (pending) {
            if (session != open) {
                return;
            }
            subscribing = false;
            subscribed = failure == null;
            unanswerable = subscribed ? List.of() : List.copyOf(waiting);
        }
        unanswerable.forEach(request -> fail(request, lost(failure)));
        sendInOrder();
    }

    /** Who finds another thread sending leaves it to that one. */
    private void sendInOrder() {
        for (Pending next = takeNext(false); next != null; next = takeNext(true)) {
            send(next);
        }
    }

    private void send(final Pending request) {
        try {
            request.session.publish(request.topic.apply(request.requestId), request.body, MqttQuality.AT_MOST_ONCE, request);
        } catch (final RuntimeException e) {
            // One request that cannot be sent must not stop the line.
            fail(request, lost(e));
        }
    }

    /**
     * @param sender true for the thread that sends
     * @return null if there is nothing to send for this thread
     */
    private Pending takeNext(final boolean sender) {
        synchronized (pending) {
            if (sending && !sender) {
                return null;
            }

            final Pending next = session == null || held || !subscribed ? null : waiting.pollFirst();
            sending = next != null;
            if (sending) {
                next.session = session;
            }
            return next;
        }
    }

    private IoTHubException lost(final Throwable cause) {
        return new IoTHubException(FailureCategory.CONNECTION_LOST,
                "Device [%s]: the connection ended before the hub answered a request to the twin".formatted(identity), cause);
    }

    private void fail(final Pending request, final IoTHubException reason) {
        if (remove(request.requestId) != null) {
            request.answer.completeExceptionally(reason);
        }
    }

    private Pending remove(final String requestId) {
        final Pending removed;
        final Runnable whenDrained;
        synchronized (pending) {
            removed = pending.remove(requestId);
            if (removed != null && removed.session == null) {
                waiting.remove(removed);
            }
            whenDrained = pending.size() == waiting.size() ? drained : null;
            if (whenDrained != null) {
                drained = null;
            }
        }

        if (whenDrained != null) {
            whenDrained.run();
        }
        return removed;
    }

    void answered(final ResponseTopic topic, final byte[] body) {
        final Pending request = remove(topic.requestId());
        if (request == null) {
            return;
        }

        hubAnswered.run();
        if (topic.status() < BAD_REQUEST) {
            request.answer.complete(new Answer(topic, body));
        } else {
            request.answer.completeExceptionally(refused(topic, body));
        }
    }

    private IoTHubException refused(final ResponseTopic topic, final byte[] body) {
        final IoTHubException.HubError error = HubErrorBody.parse(topic, body);
        final FailureCategory category;
        if (topic.status() == PRECONDITION_FAILED) {
            category = FailureCategory.VERSION_CONFLICT;
        } else if (topic.status() == TOO_MANY_REQUESTS) {
            category = FailureCategory.THROTTLED;
        } else {
            category = topic.status() >= SERVER_FAULT ? FailureCategory.SERVER_ERROR : FailureCategory.REFUSED;
        }
        return new IoTHubException(category,
                "Device [%s]: the hub answered a request to the twin with %d: %s".formatted(identity, topic.status(), error.body()), error, null);
    }

    /** {@link #sendWaiting} follows. */
    void attach(final MqttSession opened) {
        synchronized (pending) {
            session = opened;
            held = false;
            drained = null;
            subscribing = false;
            subscribed = false;
        }
    }

    /**
     * Sends nothing until {@link #attach}.
     *
     * @param whenDrained run once when every request that was sent is answered or given up, at once if none is open
     */
    void hold(final Runnable whenDrained) {
        synchronized (pending) {
            held = true;
            if (pending.size() > waiting.size()) {
                drained = whenDrained;
                return;
            }
        }
        whenDrained.run();
    }

    /**
     * @param renewing true if the connection is replaced, and what was not sent goes with the next
     */
    void ended(final IoTHubException reason, final boolean renewing) {
        final List<Pending> unanswered;
        synchronized (pending) {
            session = null;
            held = renewing;
            drained = null;
            if (!renewing) {
                waiting.clear();
            }
            unanswered = pending.values().stream().filter(request -> !renewing || request.session != null).toList();
        }
        unanswered.forEach(request -> fail(request, lost(reason)));
    }

    private record Answer(ResponseTopic topic, byte[] body) {
    }

    private final class Pending implements MqttSession.Delivery {

        private final String requestId;

        private final Function<String, String> topic;

        private final byte[] body;

        private final CompletableFuture<Answer> answer = new CompletableFuture<>();

        /** Set when it is taken to be sent. */
        private MqttSession session;

        private Pending(final String requestId, final Function<String, String> topic, final byte[] body) {
            this.requestId = requestId;
            this.topic = topic;
            this.body = body;
        }

        @Override
        public void delivered() {
            // Written; the answer is a message of its own.
        }

        @Override
        public void failed(final MqttSessionException reason) {
            fail(this, lost(reason));
        }
    }
}
