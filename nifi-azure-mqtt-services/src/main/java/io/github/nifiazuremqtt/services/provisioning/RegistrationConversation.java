/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * One registration from the first request to its final state (contract sections 8.2 to 8.5): takes answers, says what to do next.
 * Knows no network and no time. Not thread-safe.
 */
final class RegistrationConversation {

    /** Five polls in ten seconds are allowed for each device; this is also what clients wait that are not told how long. */
    static final Duration POLL_INTERVAL = Duration.ofSeconds(2);

    private static final Duration MINIMUM_DELAY = Duration.ofSeconds(1);

    private static final Duration MAXIMUM_DELAY = Duration.ofSeconds(100);

    private final String registrationId;

    private final RegistrationRefusal refusal;

    private final DoubleSupplier random;

    private String operationId;

    private int repeats;

    private IoTHubException setback;

    /**
     * @param random from 0 to 1, for delays that the service does not name
     */
    RegistrationConversation(final Applicant applicant, final DoubleSupplier random) {
        this.registrationId = applicant.registrationId();
        this.refusal = new RegistrationRefusal(applicant);
        this.random = random;
    }

    /**
     * @return why the last request has to be repeated; empty if the conversation is going on well
     */
    Optional<IoTHubException> findSetback() {
        return Optional.ofNullable(setback);
    }

    Step onRegisterAnswer(final RegistrationAnswer answer) {
        return answer.statusCode() < 300 ? onState(answer) : onError(answer);
    }

    Step onPollAnswer(final RegistrationAnswer answer) {
        if (answer.statusCode() == 404) {
            // The operation is forgotten, not the enrollment.
            return startAgain(answer);
        }
        return onRegisterAnswer(answer);
    }

    private Step onState(final RegistrationAnswer answer) {
        setback = null;
        operationId = answer.findOperationId().orElse(operationId);
        return switch (answer.findStatus().orElse("")) {
            case "assigning" -> operationId == null ? startAgain(answer) : new Step.Poll(operationId, pollDelay(answer));
            case "assigned" -> onAssigned(answer);
            case "unassigned" -> startAgain(answer);
            case "failed" -> new Step.Refused(refusal.ofFailed(answer));
            case "disabled" -> new Step.Refused(refusal.ofDisabled(answer));
            default -> new Step.Refused(refusal.ofUnknownAnswer(answer));
        };
    }

    private Step onAssigned(final RegistrationAnswer answer) {
        final String profile = answer.findConnectionProfile().orElse("classic");
        final Optional<String> hostName = answer.findState("assignedHub");
        final Optional<String> deviceId = answer.findState("deviceId");
        if (!"classic".equals(profile)) {
            return new Step.Refused(refusal.ofConnectionProfile(answer, profile));
        }
        if (hostName.isEmpty() || deviceId.isEmpty()) {
            return new Step.Refused(refusal.ofUnknownAnswer(answer));
        }
        return new Step.Assigned(new ProvisioningResult(registrationId, hostName.get(), deviceId.get(), operationId,
                answer.findState("substatus").orElse(null), answer.body()));
    }

    private Step onError(final RegistrationAnswer answer) {
        final IoTHubException failure = refusal.ofError(answer);
        if (answer.statusCode() == 409) {
            return startAgain(answer);
        }
        if (failure.getCategory() != FailureCategory.THROTTLED && failure.getCategory() != FailureCategory.SERVER_ERROR) {
            return new Step.Refused(failure);
        }

        setback = failure;
        final Duration delay = repeatDelay(answer);
        return operationId == null ? new Step.Register(delay) : new Step.Poll(operationId, atLeast(POLL_INTERVAL, delay));
    }

    private Step startAgain(final RegistrationAnswer answer) {
        operationId = null;
        return new Step.Register(repeatDelay(answer));
    }

    private Duration pollDelay(final RegistrationAnswer answer) {
        return answer.retryAfter() == null ? POLL_INTERVAL : atLeast(POLL_INTERVAL, answer.retryAfter());
    }

    private Duration repeatDelay(final RegistrationAnswer answer) {
        repeats++;
        if (answer.retryAfter() != null) {
            return atLeast(MINIMUM_DELAY, answer.retryAfter());
        }
        final long longest = Math.min(MAXIMUM_DELAY.toMillis(), MINIMUM_DELAY.toMillis() << Math.min(repeats, 10));
        return Duration.ofMillis(Math.round(longest * (0.5 + random.getAsDouble() / 2)));
    }

    private static Duration atLeast(final Duration minimum, final Duration duration) {
        return duration.compareTo(minimum) < 0 ? minimum : duration;
    }
}
