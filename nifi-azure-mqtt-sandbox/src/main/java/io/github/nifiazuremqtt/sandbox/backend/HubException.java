/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

/**
 * The hub was not reached or refused something. The message is for the person who typed the command.
 */
final class HubException extends RuntimeException {

    private static final long serialVersionUID = 1;

    HubException(final String message) {
        super(message);
    }
}
