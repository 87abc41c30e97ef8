/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Threads whose time passes when the test says so. What is due runs on the thread of the test, in order.
 */
final class VirtualThreads implements RegistrarThreads {

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::time).thenComparingLong(Task::number));

    private long now;

    private long tasksMade;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void execute(final Runnable task) {
        schedule(task, Duration.ZERO);
    }

    @Override
    public void executeBlocking(final Runnable task) {
        schedule(task, Duration.ZERO);
    }

    @Override
    public Runnable schedule(final Runnable runnable, final Duration delay) {
        tasksMade++;
        final Task task = new Task(now + Math.max(0, delay.toNanos()), tasksMade, runnable);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    void advance(final Duration duration) {
        final long end = now + duration.toNanos();
        while (!tasks.isEmpty() && tasks.peek().time() <= end) {
            final Task task = tasks.poll();
            now = task.time();
            task.runnable().run();
        }
        now = end;
    }

    /**
     * Runs what is due now.
     */
    void settle() {
        advance(Duration.ZERO);
    }

    @Override
    public void close() {
        tasks.clear();
    }

    private record Task(long time, long number, Runnable runnable) {
    }
}
