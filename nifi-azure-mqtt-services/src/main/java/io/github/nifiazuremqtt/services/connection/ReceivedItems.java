/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What was received and waits to be taken, in arrival order.
 *
 * @param <T> kind of what is received
 */
final class ReceivedItems<T> {

    private final ReentrantLock itemsLock = new ReentrantLock();

    private final Condition arrived = itemsLock.newCondition();

    private final Deque<T> waiting = new ArrayDeque<>();

    private boolean closed;

    void add(final T item) {
        itemsLock.lock();
        try {
            if (!closed) {
                waiting.addLast(item);
                arrived.signal();
            }
        } finally {
            itemsLock.unlock();
        }
    }

    /**
     * @return false if there is no room
     */
    boolean offer(final T item, final int capacity) {
        itemsLock.lock();
        try {
            if (closed || waiting.size() >= capacity) {
                return false;
            }
            waiting.addLast(item);
            arrived.signal();
            return true;
        } finally {
            itemsLock.unlock();
        }
    }

    List<T> poll(final int maximum, final Duration wait) throws InterruptedException {
        itemsLock.lock();
        try {
            long remaining = wait.toNanos();
            while (waiting.isEmpty() && remaining > 0 && !closed) {
                remaining = arrived.awaitNanos(remaining);
            }
            final List<T> taken = new ArrayList<>(Math.min(maximum, waiting.size()));
            while (taken.size() < maximum && !waiting.isEmpty()) {
                taken.add(waiting.removeFirst());
            }
            return taken;
        } finally {
            itemsLock.unlock();
        }
    }

    void putBack(final List<T> taken) {
        itemsLock.lock();
        try {
            if (!closed) {
                taken.reversed().forEach(waiting::addFirst);
                arrived.signal();
            }
        } finally {
            itemsLock.unlock();
        }
    }

    void removeIf(final Predicate<T> condition) {
        itemsLock.lock();
        try {
            waiting.removeIf(condition);
        } finally {
            itemsLock.unlock();
        }
    }

    void close() {
        itemsLock.lock();
        try {
            closed = true;
            waiting.clear();
            arrived.signalAll();
        } finally {
            itemsLock.unlock();
        }
    }
}
