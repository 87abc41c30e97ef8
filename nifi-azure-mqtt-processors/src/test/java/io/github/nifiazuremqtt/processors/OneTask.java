/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.util.TestRunner;

/**
 * PublishToIoTHub as NiFi runs it with one concurrent task: triggered while there is something in the queue, left alone for the yield duration when it asks
 * for that.
 */
final class OneTask implements AutoCloseable {

    private static final long YIELD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long BORED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final TestRunner runner;

    private final PublishToIoTHub processor;

    private final ProcessSessionFactory sessions;

    private final ProcessContext context;

    private final Thread thread;

    private volatile boolean yielded;

    private volatile boolean stopping;

    private volatile boolean busy;

    OneTask(final TestRunner runner) {
        this(runner, OrderedSessions.of(runner.getProcessSessionFactory()));
    }

    OneTask(final TestRunner runner, final ProcessSessionFactory sessions) {
        this.runner = runner;
        this.sessions = sessions;
        processor = (PublishToIoTHub) runner.getProcessor();
        context = yielding(runner.getProcessContext());
        processor.onScheduled(context);
        thread = Thread.ofPlatform().name("one-task").start(this::run);
    }

    private ProcessContext yielding(final ProcessContext plain) {
        return (ProcessContext) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {ProcessContext.class}, (proxy, method, arguments) -> {
            if (method.getName().equals("yield")) {
                yielded = true;
            }
            try {
                return method.invoke(plain, arguments);
            } catch (final InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private void run() {
        while (!stopping) {
            if (runner.getQueueSize().getObjectCount() == 0) {
                LockSupport.parkNanos(BORED_NANOS);
            } else {
                busy = true;
                processor.onTrigger(context, sessions);
                busy = false;
            }
            final long end = System.nanoTime() + (yielded ? YIELD_NANOS : 0);
            yielded = false;
            while (!stopping && System.nanoTime() < end) {
                LockSupport.parkNanos(BORED_NANOS);
            }
        }
    }

    /**
     * @return true while a thread of NiFi is occupied
     */
    boolean isBusy() {
        return busy;
    }

    /**
     * Stops the processor as NiFi does.
     */
    @Override
    public void close() throws InterruptedException {
        stopping = true;
        processor.onUnscheduled();
        thread.join();
        processor.onStopped();
    }
}
