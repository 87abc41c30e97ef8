/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How connections are made and kept.
 *
 * @param transport             way to the hub
 * @param modelId               Plug and Play model id of the devices, or null
 * @param connackTimeout        how long to wait for CONNACK; a hub under load answers late
 * @param keepAlive             keep-alive interval
 * @param maximumReconnectDelay longest pause between attempts
 * @param limits                limits
 */
public record ConnectionSettings(HubTransport transport, String modelId, Duration connackTimeout, Duration keepAlive, Duration maximumReconnectDelay,
                                 ConnectionLimits limits) {

    public ConnectionSettings {
        Objects.requireNonNull(transport, "Transport required");
        Objects.requireNonNull(limits, "Limits required");
    }

    public Optional<String> findModelId() {
        return Optional.ofNullable(modelId);
    }

    /**
     * What one service may hold.
     *
     * @param messagesInFlight messages of one connection that are sent and not acknowledged
     * @param connections      connections
     * @param idleTimeout      how long a connection without lease stays open
     */
    public record ConnectionLimits(int messagesInFlight, int connections, Duration idleTimeout) {
    }
}
