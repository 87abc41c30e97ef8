/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells waiting threads that something has changed. Who has read the count before it looked at anything misses nothing that changed while it looked.
 */
final class Wakeup implements Runnable {

    private final ReentrantLock countLock = new ReentrantLock();

    private final Condition changed = countLock.newCondition();

    private long count;

    /**
     * Says that something has changed; never blocks for long.
     */
    @Override
    public void run() {
        countLock.lock();
        try {
            count++;
            changed.signalAll();
        } finally {
            countLock.unlock();
        }
    }

    long count() {
        countLock.lock();
        try {
            return count;
        } finally {
            countLock.unlock();
        }
    }

    /**
     * Waits for a change since the count was read.
     *
     * @return false if the time was over before
     */
    boolean await(final long seen, final long timeoutNanos) throws InterruptedException {
        countLock.lock();
        try {
            long remaining = timeoutNanos;
            while (count == seen && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
            return count != seen;
        } finally {
            countLock.unlock();
        }
    }
}
