/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

/**
 * What the examination of credentials found, for {@code Verify}.
 *
 * @param step    what was examined
 * @param verdict whether it is good
 * @param text    one or more sentences without secret; on failure with the cure
 */
public record Finding(String step, Verdict verdict, String text) {

    static Finding good(final String step, final String text) {
        return new Finding(step, Verdict.GOOD, text);
    }

    static Finding failed(final String step, final String text) {
        return new Finding(step, Verdict.FAILED, text);
    }

    static Finding skipped(final String step, final String text) {
        return new Finding(step, Verdict.SKIPPED, text);
    }

    /** Whether what was examined is good. */
    public enum Verdict {
        GOOD,
        FAILED,
        SKIPPED
    }
}
