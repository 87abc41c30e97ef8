/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The part that one device has in a batch: a lease, and a run of messages on it if its connection is open.
 */
final class DeviceRun implements AutoCloseable {

    private final DeviceConnection connection;

    private final MessagePublisher publisher;

    private final IoTHubException refusal;

    private final String transitUri;

    private volatile boolean over;

    private DeviceRun(final DeviceConnection connection, final MessagePublisher publisher, final IoTHubException refusal) {
        this.connection = connection;
        this.publisher = publisher;
        this.refusal = refusal;
        this.transitUri = publisher == null ? null : connection.getEndpointUri() + "/messages/events";
        this.over = publisher == null;
    }

    static DeviceRun open(final IoTHubConnectionService service, final DeviceIdentity identity) {
        final DeviceConnection connection;
        try {
            connection = service.acquire(identity);
        } catch (final IoTHubException e) {
            return new DeviceRun(null, null, e);
        }

        try {
            return new DeviceRun(connection, connection.openPublisher(), null);
        } catch (final IoTHubException e) {
            // The lease is kept until the batch ends: it is what makes the service open the connection.
            return new DeviceRun(connection, null, e);
        } catch (final RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * @return why there was no lease to be had, which nobody but this processor can tell; null if there is one
     */
    IoTHubException getLeaseRefusal() {
        return connection == null ? refusal : null;
    }

    /**
     * @return true if nothing more can be published here: what is not acknowledged goes back to its queue
     */
    boolean isOver() {
        return over;
    }

    /**
     * @return true if it was open once and is over
     */
    boolean hasFailed() {
        return over && publisher != null;
    }

    void end() {
        over = true;
    }

    CompletableFuture<Void> publish(final DeviceMessage message, final Duration timeout) {
        try {
            return publisher.publish(message, timeout);
        } catch (final IoTHubException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    void abandon() {
        over = true;
        publisher.abandon();
    }

    String getTransitUri() {
        return transitUri;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
