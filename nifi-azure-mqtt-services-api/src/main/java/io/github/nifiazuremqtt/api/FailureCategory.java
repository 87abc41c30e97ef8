/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

/**
 * Why something could not be done, decided where the protocol is known, so that a caller needs no more than this to choose what happens to its data.
 */
public enum FailureCategory {

    /** The message, patch or answer breaks a rule of IoT Hub and was not sent; it can never succeed as it is. */
    INVALID_CONTENT(false),

    /** IoT Hub refused this one message, patch or answer; sending it again would be refused again. */
    REFUSED(false),

    /** The version given does not match the version that the hub holds (412). */
    VERSION_CONFLICT(false),

    /** The configuration cannot work: a key that is not base64, a certificate that does not match. A person must act. */
    INVALID_CONFIGURATION(true),

    /** IoT Hub or the Device Provisioning Service did not accept the credentials. Usually a person must act. */
    UNAUTHORIZED(true),

    /** Another client connected as the same device. */
    TAKEN_OVER(true),

    /** There is no connection at the moment; one is being made. Nothing was sent. */
    NOT_CONNECTED(true),

    /** The connection ended before an answer came. It may or may not have been processed by the hub. */
    CONNECTION_LOST(true),

    /** No answer within the time given. It may or may not have been processed by the hub. */
    TIMED_OUT(true),

    /** The hub asked to slow down (429), or a quota is used up. */
    THROTTLED(true),

    /** The hub reported a fault of its own (5xx). */
    SERVER_ERROR(true),

    /** A limit of this service is reached, for example the number of connections. */
    LIMIT_REACHED(true),

    /** The exchange is over: its connection is gone, it expired, or it was answered before. Nothing was sent. */
    EXPIRED(false),

    /** The service or the lease was closed. Nothing more will be sent. */
    CLOSED(true);

    private final boolean retryable;

    FailureCategory(final boolean retryable) {
        this.retryable = retryable;
    }

    /**
     * @return true if the same content can succeed later; false if only other content can
     */
    public boolean isRetryable() {
        return retryable;
    }

    /**
     * @return true if a connection that fails for this reason usually stays away until a person does something; false if it heals by itself
     */
    public boolean needsPerson() {
        return switch (this) {
            case UNAUTHORIZED, REFUSED, TAKEN_OVER, INVALID_CONFIGURATION, LIMIT_REACHED -> true;
            case INVALID_CONTENT, VERSION_CONFLICT, NOT_CONNECTED, CONNECTION_LOST, TIMED_OUT, THROTTLED, SERVER_ERROR, EXPIRED, CLOSED -> false;
        };
    }
}
