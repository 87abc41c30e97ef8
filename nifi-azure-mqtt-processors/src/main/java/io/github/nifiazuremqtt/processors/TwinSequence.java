/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The patches of one device in one batch, in the order of their queue.
 */
final class TwinSequence implements AutoCloseable {

    private final DeviceConnection connection;

    /** Why every later patch goes back to its queue; null as long as none does, or if the processor is stopped. */
    private IoTHubException hindrance;

    private CompletableFuture<TwinDocument> reading;

    private ReportedProperties reported;

    private boolean broken;

    private int size;

    TwinSequence(final DeviceConnection connection) {
        this.connection = connection;
        look();
    }

    /**
     * @param refusal why there was no lease to be had
     */
    TwinSequence(final IoTHubException refusal) {
        this.connection = null;
        breakOff(refusal);
    }

    /** Takes note whether there is a connection. */
    void look() {
        hindrance = DeviceLeases.findHindrance(connection).orElse(null);
        broken = hindrance != null;
    }

    Optional<IoTHubException> findHindrance() {
        return Optional.ofNullable(hindrance);
    }

    DeviceConnection getConnection() {
        return connection;
    }

    /**
     * @return true if every later patch goes back to its queue
     */
    boolean isBroken() {
        return broken;
    }

    /**
     * @param reason null if the processor is stopped
     */
    void breakOff(final IoTHubException reason) {
        broken = true;
        hindrance = reason;
    }

    /**
     * Starts to read what the twin has, for patches that depend on it. It is read once in a batch: what the patches of the batch change is known.
     */
    void read(final Duration timeout) {
        if (reading == null) {
            reading = connection.getTwin(timeout);
        }
    }

    boolean isReading() {
        return reading != null;
    }

    /**
     * @return what the twin may have, or null if no patch needed to know that
     * @throws IoTHubException if it cannot be read
     */
    ReportedProperties awaitReported(final Duration timeout) throws InterruptedException {
        if (reading != null && reported == null) {
            reported = ReportedProperties.of(HubAnswer.await(reading, timeout));
        }
        return reported;
    }

    int size() {
        return size;
    }

    void grow() {
        size++;
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
