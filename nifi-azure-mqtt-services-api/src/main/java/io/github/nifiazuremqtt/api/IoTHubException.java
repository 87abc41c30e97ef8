/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A failure that is told to a person: its message says what failed, for which device in brackets, and what to do if that is known. It never holds a secret,
 * is one line, and of bounded length: what others wrote in it and below it is taken as {@link ShownText} takes it.
 */
public class IoTHubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final FailureCategory category;

    private final transient HubError hubError;

    public IoTHubException(final FailureCategory category, final String message) {
        this(category, message, null, null);
    }

    public IoTHubException(final FailureCategory category, final String message, final Throwable cause) {
        this(category, message, null, cause);
    }

    /**
     * @param hubError what the hub answered, or null if the failure did not come with an answer
     * @param cause    null if there is none
     */
    public IoTHubException(final FailureCategory category, final String message, final HubError hubError, final Throwable cause) {
        super(ShownText.sentence(message), ShownText.cause(cause));
        this.category = Objects.requireNonNull(category, "Category required");
        this.hubError = hubError;
    }

    /**
     * @return what a caller needs to know to choose what happens to its data
     */
    public FailureCategory getCategory() {
        return category;
    }

    /**
     * @return what the service answered; empty if the failure did not come with an answer, and after serialization
     */
    public Optional<HubError> getHubError() {
        return Optional.ofNullable(hubError);
    }

    /**
     * The error answer of IoT Hub or of the Device Provisioning Service (contract sections 5.2 and 8.5).
     *
     * @param statusCode status in the topic of the answer, for example 400
     * @param errorCode  {@code errorCode} of the body, for example 400004, or null
     * @param trackingId {@code trackingId} of the body, which Microsoft's support asks for, or null
     * @param body       the body as text, or an empty string; as {@link ShownText} takes sentences
     * @param retryAfter how long the service asks to wait, or null
     */
    public record HubError(int statusCode, Integer errorCode, String trackingId, String body, Duration retryAfter) {

        public HubError {
            trackingId = trackingId == null ? null : ShownText.value(trackingId);
            body = ShownText.sentence(body);
        }

        public OptionalInt findErrorCode() {
            return errorCode == null ? OptionalInt.empty() : OptionalInt.of(errorCode);
        }

        public Optional<String> findTrackingId() {
            return Optional.ofNullable(trackingId);
        }

        public Optional<Duration> findRetryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }
}
