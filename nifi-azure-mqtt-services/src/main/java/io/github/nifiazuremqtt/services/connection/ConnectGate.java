/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lets a limited number of attempts to connect go on at once, the others wait in line without a thread: a hub throttles new connections, and thousands of
 * devices come back at once after an outage.
 */
final class ConnectGate {

    private final int limit;

    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private int inside;

    ConnectGate(final int limit) {
        this.limit = limit;
    }

    /**
     * @param attempt run on this thread or on one that leaves; calls {@link #leave} in the end
     */
    void enter(final Runnable attempt) {
        synchronized (waiting) {
            if (inside >= limit) {
                waiting.addLast(attempt);
                return;
            }
            inside++;
        }
        attempt.run();
    }

    void leave() {
        final Runnable next;
        synchronized (waiting) {
            next = waiting.pollFirst();
            if (next == null) {
                inside--;
            }
        }

        if (next != null) {
            next.run();
        }
    }
}
