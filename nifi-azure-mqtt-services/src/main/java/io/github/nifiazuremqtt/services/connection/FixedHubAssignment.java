/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The one hub that is configured.
 */
record FixedHubAssignment(HostAddress hub) implements HubAssignment {

    @Override
    public CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
        return CompletableFuture.completedFuture(new AssignedHub(hub, identity.deviceId()));
    }

    @Override
    public Optional<HostAddress> findKnown(final DeviceIdentity identity) {
        return Optional.of(hub);
    }

    @Override
    public boolean doubt(final DeviceIdentity identity) {
        return false;
    }
}
