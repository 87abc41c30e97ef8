/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

/**
 * NiFi refused a request; the message carries its text.
 */
public final class NiFiRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    NiFiRequestException(final int status, final String message) {
        super(message);
        this.status = status;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }
}
