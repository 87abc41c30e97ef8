/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who receives what of which device.
 *
 * @param <C> kind of consumer
 */
final class ConsumerClaims<C> {

    private final boolean exclusive;

    private final List<Claim<C>> claims = new ArrayList<>();

    /**
     * @param exclusive true if a device can have one consumer of this kind only
     */
    ConsumerClaims(final boolean exclusive) {
        this.exclusive = exclusive;
    }

    /**
     * @throws IoTHubException {@link FailureCategory#LIMIT_REACHED} if another consumer has the device already
     */
    synchronized void add(final DeviceSelection selection, final C consumer) {
        if (exclusive && claims.stream().anyMatch(claim -> overlaps(claim.selection, selection))) {
            throw new IoTHubException(FailureCategory.LIMIT_REACHED, selection.findIdentity()
                    .map("Device [%s]: another component of this service receives already, and two would take each other's messages"::formatted)
                    .orElse("Another component of this service receives already, and two would take each other's messages"));
        }
        claims.add(new Claim<>(selection, consumer));
    }

    private static boolean overlaps(final DeviceSelection one, final DeviceSelection other) {
        return one.findIdentity().isEmpty() || other.findIdentity().isEmpty() || one.findIdentity().equals(other.findIdentity());
    }

    synchronized void remove(final C consumer) {
        claims.removeIf(claim -> claim.consumer == consumer);
    }

    synchronized List<C> find(final DeviceIdentity identity) {
        return claims.stream()
                .filter(claim -> claim.selection.findIdentity().map(identity::equals).orElse(true))
                .map(Claim::consumer)
                .toList();
    }

    private record Claim<C>(DeviceSelection selection, C consumer) {
    }
}
