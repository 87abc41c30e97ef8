/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Takes the time between the first and the last of a number of messages, where they arrive.
 */
final class Stopwatch implements Consumer<TelemetryMessage> {

    private static final long LIMIT_SECONDS = 300;

    private final long number;
    private final AtomicLong arrived = new AtomicLong();
    private final CountDownLatch last = new CountDownLatch(1);
    private volatile long started;
    private volatile long ended;

    Stopwatch(final long number) {
        this.number = number;
    }

    @Override
    public void accept(final TelemetryMessage message) {
        final long count = arrived.incrementAndGet();
        if (count == 1) {
            started = System.nanoTime();
        } else if (count == number) {
            ended = System.nanoTime();
            last.countDown();
        }
    }

    /** Messages a second. */
    double awaitRate() throws InterruptedException, TimeoutException {
        if (!last.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("%d of %d messages in %d s".formatted(arrived.get(), number, LIMIT_SECONDS));
        }
        return (number - 1) / ((ended - started) / 1e9);
    }
}
