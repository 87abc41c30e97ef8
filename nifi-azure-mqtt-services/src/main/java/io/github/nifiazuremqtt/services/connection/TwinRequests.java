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
import java.util.ArrayList;
import java.util.HashMap;
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

    private final Map<String, Pending> pending = new HashMap<>();

    /** Made while the connection is being renewed. */
    private final List<Pending> delayed = new ArrayList<>();

    private long lastRequestId;

    private MqttSession session;

    private Runnable drained;

    private boolean held;

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
        final MqttSession open;
        synchronized (pending) {
            lastRequestId++;
            request = new Pending(Long.toString(lastRequestId), topic, body);
            if (session == null && !held) {
                return CompletableFuture.failedFuture(
                        new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [%s]: the connection is not open".formatted(identity)));
            }
            pending.put(request.requestId, request);
            open = held ? null : session;
            if (held) {
                delayed.add(request);
            }
        }

        final Future<?> end = timer.schedule(() -> fail(request, new IoTHubException(FailureCategory.TIMED_OUT,
                "Device [%s]: the hub did not answer a request to the twin in %d ms".formatted(identity, timeout.toMillis()))),
                timeout.toMillis(), TimeUnit.MILLISECONDS);
        request.answer.whenComplete((answer, failure) -> end.cancel(false));
        if (open != null) {
            send(open, request);
        }
        return request.answer;
    }

    private void send(final MqttSession open, final Pending request) {
        subscriptions.want(SubscriptionKind.TWIN_RESPONSES).whenComplete((granted, failure) -> {
            if (failure == null) {
                open.publish(request.topic.apply(request.requestId), request.body, MqttQuality.AT_MOST_ONCE, request);
            } else {
                fail(request, lost(failure));
            }
        });
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
            delayed.remove(removed);
            whenDrained = pending.size() == delayed.size() ? drained : null;
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

    void attach(final MqttSession opened) {
        synchronized (pending) {
            session = opened;
            held = false;
            drained = null;
        }
    }

    /** Sends what has waited for a renewal. */
    void sendDelayed() {
        final List<Pending> toSend;
        final MqttSession open;
        synchronized (pending) {
            open = session;
            if (open == null) {
                return;
            }
            toSend = List.copyOf(delayed);
            delayed.clear();
        }
        toSend.forEach(request -> send(open, request));
    }

    /**
     * Sends nothing until {@link #attach}.
     *
     * @param whenDrained run once when every request that was sent is answered or given up, at once if none is open
     */
    void hold(final Runnable whenDrained) {
        synchronized (pending) {
            held = true;
            if (pending.size() > delayed.size()) {
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
                delayed.clear();
            }
            unanswered = pending.values().stream().filter(request -> !delayed.contains(request)).toList();
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
