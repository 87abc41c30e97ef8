/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When a certificate is valid.
 *
 * @param notBefore first instant
 * @param notAfter last instant
 */
public record Validity(Instant notBefore, Instant notAfter) {

    /** Clocks of devices and services differ: a certificate begins a little before it was made. */
    private static final Duration HEAD_START = Duration.ofHours(1);

    public Validity {
        if (notAfter.isBefore(notBefore)) {
            throw new IllegalArgumentException("A certificate cannot end [%s] before it begins [%s]".formatted(notAfter, notBefore));
        }
    }

    /** From now on. */
    public static Validity ofDays(final int days) {
        final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        return new Validity(now.minus(HEAD_START), now.plus(Duration.ofDays(days)));
    }

    /** Ended yesterday. */
    public static Validity expired() {
        final Instant yesterday = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
        return new Validity(yesterday.minus(Duration.ofDays(30)), yesterday);
    }

    Validity endingBy(final Instant limit) {
        return notAfter.isAfter(limit) ? new Validity(notBefore, limit) : this;
    }
}
