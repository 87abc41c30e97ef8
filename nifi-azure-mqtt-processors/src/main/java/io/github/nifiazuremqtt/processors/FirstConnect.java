/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The wait for connections that this trigger has asked for. One that is given back before it is open may be closed before the next trigger, so that a processor
 * that runs rarely would never find it open. One that has failed already is not waited for: it would hold up others.
 */
final class FirstConnect {

    /** How often a processor that is to stop is noticed. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private FirstConnect() {
    }

    /**
     * @return true if one of the connections is open
     */
    static boolean await(final Collection<DeviceConnection> connections, final Duration timeout, final BooleanSupplier stopping) throws InterruptedException {
        final long deadline = System.nanoTime() + timeout.toNanos();
        boolean open = isAnyOpen(connections);
        Optional<DeviceConnection> opening = findOpening(connections);
        long remaining = timeout.toNanos();
        while (!open && opening.isPresent() && remaining > 0 && !stopping.getAsBoolean()) {
            opening.get().awaitConnected(Duration.ofNanos(Math.min(remaining, LOOK.toNanos())));
            open = isAnyOpen(connections);
            opening = findOpening(connections);
            remaining = deadline - System.nanoTime();
        }
        return open;
    }

    private static boolean isAnyOpen(final Collection<DeviceConnection> connections) {
        return connections.stream().anyMatch(connection -> connection.getStatus().isOpen());
    }

    private static Optional<DeviceConnection> findOpening(final Collection<DeviceConnection> connections) {
        return connections.stream().filter(FirstConnect::isOpening).findFirst();
    }

    /**
     * @return true if the connection is on its way and has not failed yet
     */
    static boolean isOpening(final DeviceConnection connection) {
        final ConnectionStatus status = connection.getStatus();
        return (status.state() == ConnectionState.NEW || status.state() == ConnectionState.CONNECTING) && status.findLastFailure().isEmpty();
    }
}
