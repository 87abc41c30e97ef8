/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sessions on the HiveMQ client, all of which share one event loop group that ends with the factory.
 */
public final class HiveMqttSessionFactory implements MqttSessionFactory {

    private static final long END_SECONDS = 10;

    private static final int CONNECT_THREADS = 4;

    private static final long CONNECT_THREAD_SECONDS = 10;

    private final NioEventLoopGroup eventLoops;

    /** Look up host names, and keep what the library leaves behind in thread-locals away from the threads of callers. */
    private final ThreadPoolExecutor connectThreads;

    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param threadName first part of the names of the threads
     * @param threads    number of I/O threads
     */
    public HiveMqttSessionFactory(final String threadName, final int threads) {
        RxThreads.acquire();
        eventLoops = new NioEventLoopGroup(threads, new DefaultThreadFactory(threadName, true));
        connectThreads = new ThreadPoolExecutor(CONNECT_THREADS, CONNECT_THREADS, CONNECT_THREAD_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                new DefaultThreadFactory(threadName + "-connect", true));
        connectThreads.allowCoreThreadTimeOut(true);
    }

    @Override
    public MqttSession create(final ConnectSettings settings, final MqttSessionListener listener) {
        return new HiveMqttSession(settings, listener, eventLoops, connectThreads);
    }

    /**
     * @return tries the way to a server without MQTT
     */
    public TlsProbe probe(final ServerEndpoint endpoint) {
        return new TlsProbe(endpoint, eventLoops, connectThreads);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }

        connectThreads.shutdownNow();
        eventLoops.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
        boolean interrupted = false;
        try {
            connectThreads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            // Not awaitTermination: that returns before the end is reported, on a thread of Netty that has to end too.
            eventLoops.terminationFuture().await(END_SECONDS, TimeUnit.SECONDS);
            GlobalEventExecutor.INSTANCE.awaitInactivity(END_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            interrupted = true;
        } catch (final IllegalStateException e) {
            // The end is not reported in time: there is no thread to wait for yet.
            interrupted = false;
        } finally {
            RxThreads.release();
        }

        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
