/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.service;

/** A hub refuses what a caller or a device wants. */
public final class ServiceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ServiceError error;

    public ServiceException(final ServiceError error, final String message) {
        super(message);
        this.error = error;
    }

    public ServiceError error() {
        return error;
    }
}
