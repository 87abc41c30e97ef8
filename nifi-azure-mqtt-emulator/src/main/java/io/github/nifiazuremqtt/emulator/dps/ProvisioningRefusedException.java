/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/** A request that the provisioning service refuses. */
final class ProvisioningRefusedException extends Exception {

    static final int UNAUTHORIZED = 401_000;
    static final int INVALID_CERTIFICATE = 401_002;
    static final int ENROLLMENT_NOT_FOUND = 404_201;
    static final int REGISTRATION_NOT_FOUND = 404_202;
    static final int BAD_REQUEST = 400_004;
    static final int THROTTLED = 429_001;
    private static final int CODES_PER_STATUS = 1000;
    private static final long serialVersionUID = 1L;

    private final int errorCode;
    private final int row;
    private final int retryAfterSeconds;

    ProvisioningRefusedException(final int errorCode, final int row, final String reason) {
        this(errorCode, row, reason, 0);
    }

    ProvisioningRefusedException(final int errorCode, final int row, final String reason, final int retryAfterSeconds) {
        super(reason);
        this.errorCode = errorCode;
        this.row = row;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    int status() {
        return errorCode / CODES_PER_STATUS;
    }

    int errorCode() {
        return errorCode;
    }

    int row() {
        return row;
    }

    /** Seconds, 0 for no advice. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** What the client is told; the reason stays here. */
    String publicMessage() {
        return switch (errorCode) {
            case UNAUTHORIZED -> "Unauthorized";
            case INVALID_CERTIFICATE -> "Invalid certificate.";
            case ENROLLMENT_NOT_FOUND -> "Enrollment not found";
            case REGISTRATION_NOT_FOUND -> "Registration not found";
            case THROTTLED -> "Operations are being throttled for this device.";
            default -> "Bad request";
        };
    }
}
