/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.protocol.ProvisioningApiVersion;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One registration that a caller waits for: takes its turn, then opens a session with one credential after the other until one is accepted.
 * Runs on the thread of the registrar.
 */
final class Registration {

    private static final int BAD_REQUEST = 400;

    private final RegistrarResources resources;

    private final String registrationId;

    private final byte[] body;

    private final CompletableFuture<ProvisioningResult> outcome = new CompletableFuture<>();

    private long deadline;

    private Runnable cancelDeadline = () -> { };

    private RegistrationSession session;

    /** Set when the newer API version was refused and may be why. */
    private boolean fallenBack;

    /**
     * @param body     body of the register request
     * @param deadline monotonic time until which the caller waits
     */
    Registration(final RegistrarResources resources, final String registrationId, final byte[] body, final long deadline) {
        this.resources = resources;
        this.registrationId = registrationId;
        this.body = body;
        this.deadline = deadline;
    }

    /**
     * @return what two registrations have in common that would end each other's session: the service ignores the case of the id
     */
    String getKey() {
        return registrationId.toLowerCase(Locale.ROOT);
    }

    /**
     * @return told to the caller, who may cancel it; fails with {@link IoTHubException}
     */
    CompletableFuture<ProvisioningResult> getOutcome() {
        return outcome;
    }

    /**
     * Begins to wait.
     *
     * @param onEnded told when the outcome is known and no connection is left
     */
    void await(final Consumer<Registration> onEnded) {
        outcome.whenComplete((result, failure) -> resources.threads().execute(() -> end(onEnded)));
        setDeadline(deadline);
    }

    /**
     * Begins to register. Called once, when there is room for another connection.
     */
    void begin() {
        takeTurn(0);
    }

    void fail(final FailureCategory category, final String reason) {
        outcome.completeExceptionally(new IoTHubException(category, "Registration [%s]: %s".formatted(registrationId, reason)));
    }

    private void takeTurn(final int credential) {
        resources.threads().schedule(() -> connect(credential), resources.pace().registrations().reserve());
    }

    private void connect(final int credential) {
        if (outcome.isDone()) {
            return;
        }
        if (credential == 0) {
            final long limit = resources.threads().nanoTime() + resources.registrationTimeout().toNanos();
            setDeadline(limit - deadline < 0 ? limit : deadline);
        }

        final ProvisioningApiVersion version = fallenBack ? ProvisioningApiVersion.CLASSIC : resources.versions().current();
        resources.threads().executeBlocking(() -> {
            try {
                final SessionPlan plan = resources.planner().plan(registrationId, credential, version);
                resources.threads().execute(() -> open(plan, credential));
            } catch (final IoTHubException e) {
                outcome.completeExceptionally(e);
            } catch (final RuntimeException e) {
                outcome.completeExceptionally(new IoTHubException(FailureCategory.INVALID_CONFIGURATION,
                        "Registration [%s]: there are no usable credentials".formatted(registrationId), e));
            }
        });
    }

    private void open(final SessionPlan plan, final int credential) {
        if (outcome.isDone()) {
            return;
        }

        final RegistrationConversation conversation = new RegistrationConversation(plan.applicant(), resources.random());
        session = new RegistrationSession(resources.threads(), resources.pace(), conversation, new ConnectFailure(plan.applicant(), plan.settings().endpoint()),
                body, deadline);
        session.start(resources.sessions(), plan.settings()).whenComplete((result, failure) -> {
            if (failure == null) {
                resources.versions().answered(plan.version());
                outcome.complete(result);
            } else {
                onFailure(failure, plan, credential);
            }
        });
    }

    private void onFailure(final Throwable failure, final SessionPlan plan, final int credential) {
        if (isAnswer(failure)) {
            resources.versions().answered(plan.version());
        }

        final boolean unauthorized = failure instanceof IoTHubException refusal && refusal.getCategory() == FailureCategory.UNAUTHORIZED;
        if (!outcome.isDone() && !fallenBack && resources.versions().isDoubtful(plan.version()) && (isRefusedConnect(failure) || isBadRequest(failure))) {
            fallenBack = true;
            tryAgain(credential);
        } else if (!unauthorized || plan.last() || outcome.isDone()) {
            outcome.completeExceptionally(failure);
        } else {
            tryAgain(credential + 1);
        }
    }

    private void tryAgain(final int credential) {
        final RegistrationSession refused = session;
        session = null;
        refused.end().thenRun(() -> resources.threads().execute(() -> takeTurn(credential)));
    }

    private static boolean isRefusedConnect(final Throwable failure) {
        return failure instanceof IoTHubException refusal && refusal.getCategory() == FailureCategory.UNAUTHORIZED
                && refusal.getCause() instanceof MqttSessionException;
    }

    private static boolean isBadRequest(final Throwable failure) {
        return statusOf(failure) == BAD_REQUEST;
    }

    /** What the service says about the device says that it knows the API version. */
    private static boolean isAnswer(final Throwable failure) {
        final int status = statusOf(failure);
        return status > 0 && status != BAD_REQUEST;
    }

    private static int statusOf(final Throwable failure) {
        return failure instanceof IoTHubException refusal ? refusal.getHubError().map(IoTHubException.HubError::statusCode).orElse(0) : 0;
    }

    private void setDeadline(final long time) {
        cancelDeadline.run();
        deadline = time;
        cancelDeadline = resources.threads().schedule(this::expire, Duration.ofNanos(time - resources.threads().nanoTime()));
    }

    private void expire() {
        final Optional<IoTHubException> setback = Optional.ofNullable(session).flatMap(RegistrationSession::findSetback);
        if (setback.isPresent()) {
            outcome.completeExceptionally(setback.get());
        } else {
            final String progress = session == null ? "waiting for its turn" : session.getProgress();
            fail(FailureCategory.TIMED_OUT, "not complete in time, it was still %s".formatted(progress));
        }
    }

    private void end(final Consumer<Registration> onEnded) {
        cancelDeadline.run();
        if (session == null) {
            onEnded.accept(this);
        } else {
            session.end().thenRun(() -> resources.threads().execute(() -> onEnded.accept(this)));
        }
    }
}
