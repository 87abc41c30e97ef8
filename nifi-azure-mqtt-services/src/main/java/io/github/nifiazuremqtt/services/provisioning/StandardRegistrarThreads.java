/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Two threads, whatever the number of registrations.
 */
final class StandardRegistrarThreads implements RegistrarThreads {

    private static final long CLOSE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor scheduler;

    private final ExecutorService blocking;

    /**
     * @param name appears in the names of the threads
     */
    StandardRegistrarThreads(final String name) {
        scheduler = new ScheduledThreadPoolExecutor(1, named(name), new ThreadPoolExecutor.DiscardPolicy());
        scheduler.setRemoveOnCancelPolicy(true);
        blocking = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name + " Connect"),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static ThreadFactory named(final String name) {
        return Thread.ofPlatform().name(name).daemon().factory();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(final Runnable task) {
        scheduler.execute(task);
    }

    @Override
    public void executeBlocking(final Runnable task) {
        blocking.execute(task);
    }

    @Override
    public Runnable schedule(final Runnable task, final Duration delay) {
        final ScheduledFuture<?> scheduled = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        blocking.shutdownNow();
        try {
            if (scheduler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                blocking.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
