/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import java.time.Duration;

/**
 * What goes wrong with one request to a twin.
 *
 * @param status status that is answered instead, 0 for the true one
 * @param executed whether the request takes effect
 * @param answered whether there is an answer
 * @param delay how much later the answer leaves
 */
public record TwinFault(int status, boolean executed, boolean answered, Duration delay) {

    /** Nothing goes wrong. */
    static final TwinFault NONE = new TwinFault(0, true, true, Duration.ZERO);

    /** The request is refused with a status such as 429 or 500. */
    public static TwinFault status(final int status) {
        return new TwinFault(status, false, true, Duration.ZERO);
    }

    /** The request gets lost: no effect, no answer. */
    public static TwinFault lost() {
        return new TwinFault(0, false, false, Duration.ZERO);
    }

    /** The request takes effect, its answer gets lost. */
    public static TwinFault unanswered() {
        return new TwinFault(0, true, false, Duration.ZERO);
    }

    /** The request takes effect at once, its answer comes late. */
    public static TwinFault late(final Duration delay) {
        return new TwinFault(0, true, true, delay);
    }
}
