/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for a condition, asked again and again, with a deadline.
 */
public final class Await {

    private static final long PAUSE_MILLISECONDS = 100;

    private Await() {
    }

    /**
     * @param what what is waited for, as it stands in the message of the exception
     */
    public static void until(final String what, final Duration limit, final Condition condition) throws InterruptedException, TimeoutException {
        final long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("Waited %d s in vain: %s".formatted(limit.toSeconds(), what));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLISECONDS);
        }
    }

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {

        boolean holds();
    }
}
