/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps requests below a rate: a token bucket from which turns are reserved in advance. In no minute more than {@code perMinute} turns come up.
 * Not thread-safe.
 */
final class Pacer {

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;

    private final long intervalNanos;

    private final long burstNanos;

    /** When the bucket would be full again if nobody came. */
    private long fullAt;

    /**
     * @param perMinute turns per minute at most
     * @param burst     turns that may come up at once, after a pause without any
     * @param nanoTime  monotonic time
     */
    Pacer(final int perMinute, final int burst, final LongSupplier nanoTime) {
        if (burst < 1 || burst >= perMinute) {
            throw new IllegalArgumentException("Burst [%d] out of range for [%d] turns per minute".formatted(burst, perMinute));
        }
        this.nanoTime = nanoTime;
        // A full bucket and what flows in during a minute are together one minute's allowance.
        this.intervalNanos = Math.ceilDiv(MINUTE_NANOS, perMinute - burst);
        this.burstNanos = intervalNanos * (burst - 1);
        this.fullAt = nanoTime.getAsLong();
    }

    /**
     * Reserves the next turn.
     *
     * @return how long to wait for it; zero if it is there
     */
    Duration reserve() {
        final long now = nanoTime.getAsLong();
        if (fullAt - now < 0) {
            fullAt = now;
        }
        final long wait = Math.max(0, fullAt - burstNanos - now);
        fullAt += intervalNanos;
        return Duration.ofNanos(wait);
    }

    /**
     * Holds back the turns that are not reserved yet, because the service asked to slow down. They come up one by one afterwards.
     */
    void pause(final Duration duration) {
        final long resumed = nanoTime.getAsLong() + duration.toNanos() + burstNanos;
        if (resumed - fullAt > 0) {
            fullAt = resumed;
        }
    }
}
