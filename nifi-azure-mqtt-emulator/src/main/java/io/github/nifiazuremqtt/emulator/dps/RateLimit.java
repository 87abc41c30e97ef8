/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** So many requests in a sliding window, counted for each key apart. */
final class RateLimit {

    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final Map<String, Deque<Instant>> requests = new HashMap<>();

    /** Counts a request; the seconds after which the next one is allowed if it is one too many, otherwise 0. */
    synchronized int take(final String key, final int allowed, final Duration window, final Instant now) {
        final Deque<Instant> recent = requests.computeIfAbsent(key, unknown -> new ArrayDeque<>());
        while (!recent.isEmpty() && !recent.peekFirst().plus(window).isAfter(now)) {
            recent.removeFirst();
        }

        if (recent.size() < allowed) {
            recent.addLast(now);
            return 0;
        }

        final Duration wait = allowed == 0 ? window : Duration.between(now, recent.peekFirst().plus(window));
        return (int) Math.max(1, (wait.toNanos() + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
    }

    synchronized void clear() {
        requests.clear();
    }
}
