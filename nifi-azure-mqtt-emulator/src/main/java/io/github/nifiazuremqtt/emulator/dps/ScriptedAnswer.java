/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/**
 * An answer that a test has prescribed.
 *
 * @param status status of the answer, 0 for no answer at all
 * @param errorCode error code of the body
 * @param message text of the body
 * @param retryAfterSeconds advice to the client, 0 for none
 */
public record ScriptedAnswer(int status, int errorCode, String message, int retryAfterSeconds) {

    private static final int CODES_PER_STATUS = 1000;

    /** Still assigning. */
    public static ScriptedAnswer assigning(final int retryAfterSeconds) {
        return new ScriptedAnswer(202, 0, "", retryAfterSeconds);
    }

    /** Too many requests. */
    public static ScriptedAnswer throttled(final int retryAfterSeconds) {
        return new ScriptedAnswer(429, ProvisioningRefusedException.THROTTLED, "Operations are being throttled for this device.", retryAfterSeconds);
    }

    /** Any error; its status is the first three digits of its code. */
    public static ScriptedAnswer error(final int errorCode, final String message, final int retryAfterSeconds) {
        return new ScriptedAnswer(errorCode / CODES_PER_STATUS, errorCode, message, retryAfterSeconds);
    }

    /** The request is acknowledged and never answered. */
    public static ScriptedAnswer silence() {
        return new ScriptedAnswer(0, 0, "", 0);
    }
}
