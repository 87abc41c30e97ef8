/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.telemetry;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Counts distinct message ids, and how many messages repeated one. */
public final class DistinctMessageIds implements Consumer<TelemetryMessage> {

    private final Set<String> ids = new HashSet<>();
    private long repeats;

    @Override
    public synchronized void accept(final TelemetryMessage message) {
        final String id = message.messageId();
        if (id != null && ids.add(id)) {
            notifyAll();
        } else if (id != null) {
            repeats++;
        }
    }

    public synchronized int count() {
        return ids.size();
    }

    public synchronized long repeats() {
        return repeats;
    }

    public synchronized boolean contains(final String id) {
        return ids.contains(id);
    }

    /** Waits until so many distinct ids have arrived; false if they have not in time. */
    public synchronized boolean await(final int expected, final Duration timeout) throws InterruptedException {
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (ids.size() < expected) {
            final long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return false;
            }

            TimeUnit.NANOSECONDS.timedWait(this, remaining);
        }

        return true;
    }
}
