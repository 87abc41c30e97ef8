/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Measures the longest time without a message.
 */
final class LongestPause implements Consumer<TelemetryMessage> {

    private long last;
    private long longest;

    @Override
    public synchronized void accept(final TelemetryMessage message) {
        final long now = System.nanoTime();
        longest = Math.max(longest, now - last);
        last = now;
    }

    /** Forgets what was before; the time begins with the last message. */
    synchronized void restart() {
        longest = 0;
    }

    synchronized Duration longest() {
        return Duration.ofNanos(longest);
    }
}
