/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import java.time.Duration;

/**
 * The threads and the time of all registrations of a service. What is executed or scheduled runs one after the other on one thread, so that the state of
 * registrations needs no lock.
 */
interface RegistrarThreads extends AutoCloseable {

    /**
     * @return monotonic time
     */
    long nanoTime();

    /**
     * Runs a task soon, or never if closed.
     */
    void execute(Runnable task);

    /**
     * Runs what waits for name resolution or files, on another thread.
     */
    void executeBlocking(Runnable task);

    /**
     * @return cancels the task if it has not run
     */
    Runnable schedule(Runnable task, Duration delay);

    /**
     * Drops what has not run and waits a moment for what is running.
     */
    @Override
    void close();
}
