/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/** No hub could be chosen; the registration fails with this code and text. */
public final class AllocationFailedException extends RuntimeException {

    /** A custom allocation has failed. */
    public static final int CUSTOM_ALLOCATION_FAILED = 400_207;
    /** There is no hub to be assigned. */
    public static final int NO_HUB = 400_208;
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    public AllocationFailedException(final int errorCode, final String message) {
        super(message);
        this.errorCode = errorCode;
    }

    public int errorCode() {
        return errorCode;
    }
}
