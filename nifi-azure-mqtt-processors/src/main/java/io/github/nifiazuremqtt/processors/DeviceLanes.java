/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lanes of all devices that have something on its way. Used under the order lock.
 */
final class DeviceLanes {

    private final IoTHubConnectionService service;

    private final Map<DeviceIdentity, DeviceLane> lanes = new LinkedHashMap<>();

    DeviceLanes(final IoTHubConnectionService service) {
        this.service = service;
    }

    DeviceLane get(final DeviceIdentity identity) {
        return lanes.computeIfAbsent(identity, key -> new DeviceLane(key, service));
    }

    List<DeviceLane> all() {
        return List.copyOf(lanes.values());
    }

    /**
     * Takes deliveries out that are at their place.
     */
    void remove(final Iterable<Delivery> deliveries) {
        for (final Delivery delivery : deliveries) {
            if (delivery.getLane() != null) {
                delivery.getLane().remove(delivery);
            }
        }
        for (final Delivery delivery : deliveries) {
            if (delivery.getLane() != null) {
                closeIfEmpty(delivery.getLane());
            }
        }
    }

    /**
     * Puts a batch back as a whole, whatever became of its messages. What the same devices have in other batches goes back too, so that their order holds.
     */
    void giveUp(final PublishBatch batch) {
        final List<Delivery> deliveries = List.copyOf(batch.getDeliveries());
        for (final Delivery delivery : deliveries) {
            if (delivery.getLane() != null) {
                delivery.getLane().giveUp();
            }
        }
        batch.rollback();
        remove(deliveries);
    }

    /**
     * Gives the lease of a device back that has nothing on its way.
     */
    void closeIfEmpty(final DeviceLane lane) {
        if (lane.isEmpty() && lanes.remove(lane.getIdentity(), lane)) {
            lane.close();
        }
    }
}
