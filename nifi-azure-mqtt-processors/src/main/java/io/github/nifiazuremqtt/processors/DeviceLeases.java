/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The leases that one trigger needs, one for each device.
 */
final class DeviceLeases implements AutoCloseable {

    private final IoTHubConnectionService service;

    private final Map<DeviceIdentity, Lease> leases = new HashMap<>();

    DeviceLeases(final IoTHubConnectionService service) {
        this.service = service;
    }

    /**
     * @return why nothing can be asked of the hub for this device now; empty if it can, and if it never can, which the attempt will tell
     */
    Optional<IoTHubException> findHindrance(final DeviceIdentity identity) {
        final Lease lease = leases.computeIfAbsent(identity, this::acquire);
        return lease.connection == null ? Optional.of(lease.refusal).filter(refusal -> refusal.getCategory().isRetryable())
                : findHindrance(lease.connection);
    }

    private Lease acquire(final DeviceIdentity identity) {
        try {
            return new Lease(service.acquire(identity), null);
        } catch (final IoTHubException e) {
            return new Lease(null, e);
        }
    }

    static Optional<IoTHubException> findHindrance(final DeviceConnection connection) {
        final ConnectionStatus status = connection.getStatus();
        return status.isOpen() ? Optional.empty() : Optional.of(status.findLastFailure().orElseGet(() -> new IoTHubException(FailureCategory.NOT_CONNECTED,
                "Device [%s]: it is not connected yet".formatted(connection.getIdentity()))));
    }

    boolean awaitFirst(final Duration timeout, final BooleanSupplier stopping) throws InterruptedException {
        final List<DeviceConnection> connections = leases.values().stream().map(Lease::connection).filter(Objects::nonNull).toList();
        return FirstConnect.await(connections, timeout, stopping);
    }

    @Override
    public void close() {
        leases.values().stream().map(Lease::connection).filter(Objects::nonNull).forEach(DeviceConnection::close);
    }

    /** A lease, or why there is none. */
    private record Lease(DeviceConnection connection, IoTHubException refusal) {
    }
}
