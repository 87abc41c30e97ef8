/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.fault;

import java.time.Duration;

/** A rate limit as the hub applies it: what comes too fast is answered late, and refused once it would wait too long. */
public final class Throttle {

    /** What {@link #delay(long)} returns for an operation that is refused. */
    public static final long REFUSED = -1;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private volatile long interval;
    private long patience;
    private long nextFree;

    /** Limits operations to a rate; an operation that would wait longer than the patience is refused. */
    public synchronized void limit(final double perSecond, final Duration longestDelay) {
        interval = Math.max(1, Math.round(NANOS_PER_SECOND / perSecond));
        patience = longestDelay.toNanos();
        nextFree = System.nanoTime();
    }

    public synchronized void lift() {
        interval = 0;
    }

    /** Takes one operation; the nanoseconds it has to wait, or {@link #REFUSED}. */
    public long delay(final long now) {
        return interval == 0 ? 0 : take(now);
    }

    private synchronized long take(final long now) {
        if (nextFree - now < 0) {
            nextFree = now;
        }

        final long delay = nextFree - now;
        if (delay > patience) {
            return REFUSED;
        }

        nextFree += interval;
        return delay;
    }
}
