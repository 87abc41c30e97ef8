/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.mqtt.ConnectOutcome;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;

/** A CONNECT that a hub refuses. */
final class ConnectRefusedException extends Exception {

    static final int IDENTIFIER_REJECTED = 2;
    static final int NOT_AUTHORIZED = 5;
    private static final long serialVersionUID = 1L;

    private final int returnCode;
    private final int row;

    ConnectRefusedException(final int row, final String reason) {
        this(NOT_AUTHORIZED, row, reason);
    }

    ConnectRefusedException(final int returnCode, final int row, final String reason) {
        super(reason);
        this.returnCode = returnCode;
        this.row = row;
    }

    ConnectOutcome outcome() {
        return new ConnectOutcome.Refused(returnCode, new Refusal(row, getMessage()));
    }
}
