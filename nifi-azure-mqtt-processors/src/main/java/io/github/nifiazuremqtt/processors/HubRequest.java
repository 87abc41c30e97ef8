/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.nifi.flowfile.FlowFile;

/**
 * What was sent for one FlowFile and is waited for, with the lease that it needs until then.
 *
 * @param <T>        what is answered
 * @param flowFile   null if the processor has no incoming connection
 * @param connection null if there was none to be had
 * @param answer     fails with {@link IoTHubException}
 * @param startNanos when it was sent
 */
record HubRequest<T>(FlowFile flowFile, DeviceConnection connection, CompletableFuture<T> answer, long startNanos) {

    /**
     * An {@link IoTHubException} becomes the answer; no other exception leaves a lease behind.
     */
    static <T> HubRequest<T> send(final FlowFile flowFile, final Supplier<DeviceConnection> lease,
                                  final Function<DeviceConnection, CompletableFuture<T>> sending) {
        final long startNanos = System.nanoTime();
        DeviceConnection connection = null;
        try {
            connection = lease.get();
            return new HubRequest<>(flowFile, connection, sending.apply(connection), startNanos);
        } catch (final IoTHubException e) {
            return new HubRequest<>(flowFile, connection, CompletableFuture.failedFuture(e), startNanos);
        } catch (final RuntimeException e) {
            if (connection != null) {
                connection.close();
            }
            throw e;
        }
    }

    /**
     * @throws IoTHubException if there is no answer, or not the one that was hoped for
     */
    T await(final Duration timeout) throws InterruptedException {
        return HubAnswer.await(answer, timeout);
    }

    long getElapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
