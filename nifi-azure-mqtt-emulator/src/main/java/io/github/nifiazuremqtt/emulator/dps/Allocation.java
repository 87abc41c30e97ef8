/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.util.Comparator;
import java.util.Locale;

/** Chooses the hub of a device. */
@FunctionalInterface
public interface Allocation {

    /**
     * Chooses a hub.
     *
     * @throws AllocationFailedException if there is none for this device
     */
    AllocationResult allocate(AllocationRequest request);

    /** Spreads devices evenly; when a hub comes or goes, only the devices concerned move. */
    static Allocation hashed() {
        return request -> request.hubs().stream()
                .max(Comparator.comparingInt(hub -> Hashing.spread(request.registrationId().toLowerCase(Locale.ROOT), hub)))
                .map(hub -> new AllocationResult(hub, null))
                .orElseThrow(() -> new AllocationFailedException(AllocationFailedException.NO_HUB, "No hub is linked"));
    }

    /** Always the same hub. */
    static Allocation toHub(final String name) {
        return request -> new AllocationResult(name, null);
    }
}
