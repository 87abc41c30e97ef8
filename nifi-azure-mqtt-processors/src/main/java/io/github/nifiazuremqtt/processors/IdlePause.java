/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.nifi.processor.ProcessContext;

/**
 * How a source that has found nothing waits for more. It yields, which costs no thread. A Yield Duration of a second, which NiFi gives other processors and
 * which flow definitions carry along, would make it slow: then it waits in its trigger, for moments only, because others need the thread.
 */
final class IdlePause {

    static final Duration LONG_YIELD = Duration.ofMillis(50);

    static final Duration MOMENT = Duration.ofMillis(3);

    /** One that was long may have been a busy machine. */
    static final int LOOKS = 3;

    private final LongSupplier nanoTime;

    private long yieldedNanos;

    private boolean yielded;

    private int longYields;

    IdlePause(final LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * @return how long this trigger may wait for something to arrive
     */
    synchronized Duration begin() {
        if (yielded) {
            yielded = false;
            longYields = nanoTime.getAsLong() - yieldedNanos > LONG_YIELD.toNanos() ? longYields + 1 : 0;
        }
        return longYields >= LOOKS ? MOMENT : Duration.ZERO;
    }

    /** Ends a trigger that has found nothing. */
    synchronized void end(final ProcessContext context) {
        if (longYields < LOOKS) {
            yielded = true;
            yieldedNanos = nanoTime.getAsLong();
            context.yield();
        }
    }
}
