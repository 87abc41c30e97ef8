/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.services.mqtt.HiveMqttSessionFactory;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import java.time.Clock;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.nifi.logging.ComponentLog;

/**
 * The running part of a connection service: the connections and the threads under them. The number of threads does not depend on the number of devices.
 */
public final class DeviceConnections implements AutoCloseable {

    private static final int MAXIMUM_SESSION_THREADS = 4;

    private static final int WORKERS = 4;

    private static final long WORKER_SECONDS = 30;

    private static final long END_SECONDS = 10;

    private final ScheduledThreadPoolExecutor timer;

    private final ThreadPoolExecutor workers;

    private final MqttSessionFactory sessions;

    private final DeviceConnectionRegistry registry;

    /**
     * @param name first part of the names of all threads
     */
    public DeviceConnections(final String name, final ConnectionSettings settings, final DeviceCredentialsService credentials,
                             final HubAssignment assignment, final ComponentLog log) {
        timer = new ScheduledThreadPoolExecutor(1, threads(name + "-timer"));
        timer.setRemoveOnCancelPolicy(true);
        workers = new ThreadPoolExecutor(WORKERS, WORKERS, WORKER_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads(name + "-worker"));
        workers.allowCoreThreadTimeOut(true);
        sessions = new HiveMqttSessionFactory(name + "-io", Math.min(MAXIMUM_SESSION_THREADS, Runtime.getRuntime().availableProcessors()));
        final Clock clock = Clock.systemUTC();
        final Connector connector = new Connector(credentials, assignment, new HubConnect(settings, sessions, clock), workers);
        registry = new DeviceConnectionRegistry(
                new ConnectionContext(settings, connector, new Consumers(), timer, workers, clock, () -> ThreadLocalRandom.current().nextDouble(), log));
    }

    private static ThreadFactory threads(final String name) {
        final AtomicInteger number = new AtomicInteger();
        return task -> {
            final Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    public DeviceConnectionRegistry registry() {
        return registry;
    }

    /**
     * Ends all connections and all threads, and waits for both.
     */
    @Override
    public void close() {
        registry.close();
        timer.shutdownNow();
        workers.shutdownNow();
        sessions.close();
        try {
            timer.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            workers.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
