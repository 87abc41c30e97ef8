/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt to connect: exponential with full jitter, so that thousands of devices that lost the same hub do not come back at
 * the same moment.
 */
final class ReconnectDelay {

    private static final Duration FIRST = Duration.ofSeconds(1);

    /** For what only a person can change. */
    private static final Duration LONG = Duration.ofMinutes(2);

    /** For what is wrong on this machine, or with its proxy: looking again costs the hub nothing, and a renewed certificate is found within a minute. */
    private static final Duration LOCAL = Duration.ofMinutes(1);

    /** For a line that breaks again and again while messages get through: a moment's peace for another client, if that is what it is. */
    private static final Duration UNSTEADY = Duration.ofSeconds(5);

    private static final double JITTER = 0.2;

    private static final int MAXIMUM_DOUBLINGS = 20;

    private final Duration maximum;

    private final DoubleSupplier random;

    private int attempts;

    /**
     * @param random values from 0 to 1
     */
    ReconnectDelay(final Duration maximum, final DoubleSupplier random) {
        this.maximum = maximum;
        this.random = random;
    }

    Duration next() {
        final Duration doubled = FIRST.multipliedBy(1L << Math.min(attempts, MAXIMUM_DOUBLINGS));
        attempts++;
        return scale(doubled.compareTo(maximum) < 0 ? doubled : maximum, random.getAsDouble());
    }

    Duration nextLong() {
        final Duration base = LONG.compareTo(maximum) < 0 ? maximum : LONG;
        return scale(base, 1 + JITTER * random.getAsDouble());
    }

    Duration nextLocal() {
        return scale(LOCAL, 1 - JITTER * random.getAsDouble());
    }

    Duration nextUnsteady() {
        return scale(UNSTEADY, 1 - JITTER * random.getAsDouble());
    }

    void reset() {
        attempts = 0;
    }

    private static Duration scale(final Duration duration, final double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }
}
