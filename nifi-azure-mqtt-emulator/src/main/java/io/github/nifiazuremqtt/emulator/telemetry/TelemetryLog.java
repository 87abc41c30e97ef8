/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.telemetry;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The messages that a hub has stored, in the order of their arrival. */
public final class TelemetryLog {

    private final ReentrantLock messagesLock = new ReentrantLock();
    private final Condition arrived = messagesLock.newCondition();
    private final Deque<TelemetryMessage> messages = new ArrayDeque<>();
    private final List<Consumer<TelemetryMessage>> listeners = new CopyOnWriteArrayList<>();
    private int capacity = Integer.MAX_VALUE;
    private long count;

    /** Keeps only the newest messages; all are counted. */
    public void keepLast(final int newest) {
        messagesLock.lock();
        try {
            capacity = newest;
            trim();
        } finally {
            messagesLock.unlock();
        }
    }

    /** Calls the listener for every message to come, on the thread that received it, before the message is acknowledged. */
    public void addListener(final Consumer<TelemetryMessage> listener) {
        listeners.add(listener);
    }

    public void removeListeners() {
        listeners.clear();
    }

    public void removeListener(final Consumer<TelemetryMessage> listener) {
        listeners.remove(listener);
    }

    /** Counts the distinct message ids of the messages to come. */
    public DistinctMessageIds countDistinctIds() {
        final DistinctMessageIds ids = new DistinctMessageIds();
        addListener(ids);
        return ids;
    }

    public void append(final TelemetryMessage message) {
        messagesLock.lock();
        try {
            messages.addLast(message);
            count++;
            trim();
            for (final Consumer<TelemetryMessage> listener : listeners) {
                listener.accept(message);
            }

            arrived.signalAll();
        } finally {
            messagesLock.unlock();
        }
    }

    /** All messages that are kept. */
    public List<TelemetryMessage> messages() {
        messagesLock.lock();
        try {
            return List.copyOf(messages);
        } finally {
            messagesLock.unlock();
        }
    }

    /** How many messages have arrived, kept or not. */
    public long count() {
        messagesLock.lock();
        try {
            return count;
        } finally {
            messagesLock.unlock();
        }
    }

    /** Waits until so many messages have arrived; false if they have not in time. */
    public boolean await(final long expected, final Duration timeout) throws InterruptedException {
        long remaining = timeout.toNanos();
        messagesLock.lockInterruptibly();
        try {
            while (count < expected) {
                if (remaining <= 0) {
                    return false;
                }

                remaining = arrived.awaitNanos(remaining);
            }

            return true;
        } finally {
            messagesLock.unlock();
        }
    }

    /** Forgets all messages and their number. */
    public void clear() {
        messagesLock.lock();
        try {
            messages.clear();
            count = 0;
        } finally {
            messagesLock.unlock();
        }
    }

    private void trim() {
        while (messages.size() > capacity) {
            messages.removeFirst();
        }
    }
}
