/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.time.Duration;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lease on the connection of an identity.
 */
final class DeviceLease implements DeviceConnection {

    private final DeviceLink link;

    private final Runnable release;

    /** Weak: a run that its owner has forgotten has nothing in flight, because what is in flight refers to it. */
    private final Set<PublishRun> runs = Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param release run once when the lease is given back
     */
    DeviceLease(final DeviceLink link, final Runnable release) {
        this.link = link;
        this.release = release;
    }

    @Override
    public DeviceIdentity getIdentity() {
        return link.identity();
    }

    @Override
    public ConnectionStatus getStatus() {
        return link.status();
    }

    @Override
    public ConnectionStatus awaitConnected(final Duration timeout) throws InterruptedException {
        return link.awaitConnected(timeout);
    }

    @Override
    public String getEndpointUri() {
        return link.endpointUri();
    }

    @Override
    public MessagePublisher openPublisher() {
        if (closed.get()) {
            throw closedException();
        }

        final PublishRun run = link.openRun();
        runs.add(run);
        return run;
    }

    private IoTHubException closedException() {
        return new IoTHubException(FailureCategory.CLOSED, "Device [%s]: the lease on the connection was closed".formatted(link.identity()));
    }

    @Override
    public CompletableFuture<TwinDocument> getTwin(final Duration timeout) {
        return closed.get() ? CompletableFuture.failedFuture(closedException()) : Outcomes.unwrapped(link.inbound().twin().get(timeout));
    }

    @Override
    public CompletableFuture<Long> updateReportedProperties(final byte[] patch, final OptionalLong expectedVersion, final Duration timeout) {
        return closed.get() ? CompletableFuture.failedFuture(closedException())
                : Outcomes.unwrapped(link.inbound().twin().patch(patch, expectedVersion, timeout));
    }

    @Override
    public CompletableFuture<Void> respond(final String requestId, final int statusCode, final byte[] payload) {
        return closed.get() ? CompletableFuture.failedFuture(closedException()) : link.inbound().methods().respond(requestId, statusCode, payload);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }

        final IoTHubException reason = closedException();
        synchronized (runs) {
            runs.forEach(run -> run.end(reason));
        }
        release.run();
    }
}
