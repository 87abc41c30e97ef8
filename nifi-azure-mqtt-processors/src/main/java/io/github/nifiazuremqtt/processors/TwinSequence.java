/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.IoTHubException;

/**
 * The patches of one device in one batch, in the order of their queue.
 */
final class TwinSequence implements AutoCloseable {

    private final DeviceConnection connection;

    private final IoTHubException refusal;

    private boolean broken;

    private int size;

    TwinSequence(final DeviceConnection connection) {
        this.connection = connection;
        this.refusal = null;
        final ConnectionState state = connection.getStatus().state();
        this.broken = state != ConnectionState.CONNECTED && state != ConnectionState.RENEWING;
    }

    /**
     * @param refusal why there was no lease to be had
     */
    TwinSequence(final IoTHubException refusal) {
        this.connection = null;
        this.refusal = refusal;
        this.broken = true;
    }

    /**
     * @return why there was no lease to be had, or null
     */
    String getRefusal() {
        return refusal == null ? null : refusal.getMessage();
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

    void breakOff() {
        broken = true;
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
