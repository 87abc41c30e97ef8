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

    private boolean admitting;

    ConnectGate(final int limit) {
        this.limit = limit;
    }

    /**
     * @param attempt does not wait and does not fail; calls {@link #leave} in the end, on any thread
     */
    void enter(final Runnable attempt) {
        synchronized (waiting) {
            waiting.addLast(attempt);
        }
        admit();
    }

    void leave() {
        synchronized (waiting) {
            inside--;
        }
        admit();
    }

    /** One thread at a time: an attempt that ends at once would otherwise let the next begin within its own call, and so on. */
    private void admit() {
        for (Runnable next = takeNext(false); next != null; next = takeNext(true)) {
            next.run();
        }
    }

    private Runnable takeNext(final boolean admitter) {
        synchronized (waiting) {
            if (admitting && !admitter) {
                return null;
            }

            final Runnable next = inside < limit ? waiting.pollFirst() : null;
            admitting = next != null;
            inside += admitting ? 1 : 0;
            return next;
        }
    }
}
