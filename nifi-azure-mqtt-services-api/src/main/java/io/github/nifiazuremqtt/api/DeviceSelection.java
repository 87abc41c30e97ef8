/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Optional;

/**
 * Which devices a receiver listens for.
 *
 * @param identity the only one, or null for all that have a connection open on this node, now or later
 */
public record DeviceSelection(DeviceIdentity identity) {

    public static final DeviceSelection ALL_OPEN = new DeviceSelection(null);

    public static DeviceSelection only(final DeviceIdentity identity) {
        return new DeviceSelection(identity);
    }

    public Optional<DeviceIdentity> findIdentity() {
        return Optional.ofNullable(identity);
    }
}
