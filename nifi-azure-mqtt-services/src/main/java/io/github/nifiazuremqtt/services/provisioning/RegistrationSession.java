/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.services.mqtt.ConnectSettings;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import io.github.nifiazuremqtt.services.protocol.ProvisioningTopics;
import io.github.nifiazuremqtt.services.protocol.ResponseTopic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One MQTT session with the Device Provisioning Service, with one credential: CONNECT, SUBSCRIBE, requests and answers. Runs on the thread of the registrar,
 * apart from the methods of the listener.
 */
final class RegistrationSession implements MqttSessionListener {

    /** Longest time to wait for the answer to one request. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private static final byte[] EMPTY = new byte[0];

    private final RegistrarThreads threads;

    private final RequestPace pace;

    private final RegistrationConversation conversation;

    private final ConnectFailure failures;

    private final byte[] body;

    private final long deadline;

    private final CompletableFuture<ProvisioningResult> outcome = new CompletableFuture<>();

    private MqttSession session;

    private Runnable cancelTimer = () -> { };

    private Step.Poll poll;

    private int requestId;

    private String progress = "connecting";

    /**
     * @param body     body of the register request
     * @param deadline monotonic time after which nobody waits for the outcome
     */
    RegistrationSession(final RegistrarThreads threads, final RequestPace pace, final RegistrationConversation conversation, final ConnectFailure failures,
                        final byte[] body, final long deadline) {
        this.threads = threads;
        this.pace = pace;
        this.conversation = conversation;
        this.failures = failures;
        this.body = body;
        this.deadline = deadline;
    }

    /**
     * @return how the registration ended; completes on the thread of the registrar, fails with {@link IoTHubException}
     */
    CompletableFuture<ProvisioningResult> start(final MqttSessionFactory sessions, final ConnectSettings settings) {
        session = sessions.create(settings, this);
        threads.executeBlocking(() -> session.connect().whenComplete((present, failure) -> threads.execute(() -> onConnected(failure))));
        return outcome;
    }

    /**
     * @return what is going on, for a registration that took too long
     */
    String getProgress() {
        return progress;
    }

    /**
     * @return why the last request has to be repeated, if it has
     */
    Optional<IoTHubException> findSetback() {
        return conversation.findSetback();
    }

    /**
     * Ends the session.
     *
     * @return completes, always normally, when the connection is closed
     */
    CompletableFuture<Void> end() {
        cancelTimer.run();
        outcome.cancel(false);
        return session.disconnect();
    }

    private void onConnected(final Throwable failure) {
        if (outcome.isDone()) {
            // Given up while it was being opened.
            session.disconnect();
            return;
        }
        if (failure != null) {
            fail(failure);
            return;
        }

        progress = "waiting for SUBACK";
        session.subscribe(List.of(ProvisioningTopics.RESPONSES_FILTER)).whenComplete((granted, refusal) -> threads.execute(() -> onSubscribed(refusal)));
    }

    private void onSubscribed(final Throwable failure) {
        if (outcome.isDone()) {
            return;
        }
        if (failure == null) {
            send();
        } else {
            fail(failure);
        }
    }

    private void send() {
        requestId++;
        final String topic = poll == null ? ProvisioningTopics.register(requestText()) : ProvisioningTopics.operationStatus(requestText(), poll.operationId());
        progress = poll == null ? "waiting for the answer to the register request" : "waiting for the device to be assigned";
        setTimer(this::onAnswerMissing, ANSWER_TIMEOUT);
        session.publish(topic, poll == null ? body : EMPTY, MqttQuality.AT_LEAST_ONCE, new RequestDelivery());
    }

    private String requestText() {
        return Integer.toString(requestId);
    }

    @Override
    public void received(final IncomingMessage message) {
        message.acknowledge();
        threads.execute(() -> ProvisioningTopics.parseResponse(message.topic()).ifPresent(response -> onResponse(response, message.payload())));
    }

    @Override
    public void closed(final MqttSessionException reason) {
        threads.execute(() -> fail(reason));
    }

    private void onResponse(final ResponseTopic response, final byte[] payload) {
        if (outcome.isDone() || !requestText().equals(response.requestId())) {
            return;
        }

        final RegistrationAnswer answer = RegistrationAnswer.of(response.status(), response.retryAfter(), payload);
        final boolean polled = poll != null;
        final Step step = polled ? conversation.onPollAnswer(answer) : conversation.onRegisterAnswer(answer);
        cancelTimer.run();
        switch (step) {
            case Step.Assigned assigned -> outcome.complete(assigned.result());
            case Step.Refused refused -> outcome.completeExceptionally(refused.failure());
            case Step.Register register -> repeat(null, register.delay(), polled);
            case Step.Poll next -> repeat(next, next.delay(), polled);
        }
    }

    private void repeat(final Step.Poll next, final Duration delay, final boolean polled) {
        final IoTHubException setback = conversation.findSetback().orElse(null);
        if (setback != null && setback.getCategory() == FailureCategory.THROTTLED) {
            pace.of(polled).pause(delay);
        }
        if (setback != null && threads.nanoTime() + delay.toNanos() - deadline > 0) {
            outcome.completeExceptionally(setback);
            return;
        }

        poll = next;
        setTimer(() -> setTimer(this::send, pace.of(next != null).reserve()), delay);
    }

    private void setTimer(final Runnable task, final Duration delay) {
        cancelTimer.run();
        cancelTimer = threads.schedule(task, delay);
    }

    private void onAnswerMissing() {
        outcome.completeExceptionally(failures.of(new MqttSessionException(MqttSessionException.Kind.TIMED_OUT, "No answer", null)));
    }

    private void fail(final Throwable failure) {
        cancelTimer.run();
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        outcome.completeExceptionally(cause instanceof MqttSessionException reason ? failures.of(reason) : cause);
    }

    /** Only a failure matters: that a request was delivered says less than its answer. */
    private final class RequestDelivery implements MqttSession.Delivery {

        @Override
        public void delivered() {
        }

        @Override
        public void failed(final MqttSessionException reason) {
            threads.execute(() -> fail(reason));
        }
    }
}
