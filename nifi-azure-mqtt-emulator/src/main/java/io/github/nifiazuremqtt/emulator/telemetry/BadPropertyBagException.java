/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.telemetry;

/** The properties of a topic break the rules; the connection ends. */
public final class BadPropertyBagException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int row;

    BadPropertyBagException(final int row, final String message) {
        super(message);
        this.row = row;
    }

    /** Row of the table of refusals. */
    public int row() {
        return row;
    }
}
