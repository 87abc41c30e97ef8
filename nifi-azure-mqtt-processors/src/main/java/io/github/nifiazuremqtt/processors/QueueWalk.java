/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;

/**
 * One walk along the queue, which takes FlowFiles in their order. Those of a device that cannot be published to now, or whose window has no room, stay where
 * they are with all that follow of the same device, and keep nobody else waiting.
 */
final class QueueWalk {

    /** Who has taken something does not look through the whole queue for more each time: NiFi takes it apart and puts it together for that. */
    private static final int LOOK_AHEAD = 1_000;

    private final PublishBatch batch;

    private final PublishSettings settings;

    private final DeviceLanes lanes;

    private final long number;

    private final boolean whole;

    private final Runnable whenRoom;

    private final List<Delivery> taken = new ArrayList<>();

    private final Set<DeviceLane> visited = new LinkedHashSet<>();

    private final Map<DeviceIdentity, IoTHubException> refused = new HashMap<>();

    private long durationNanos;

    private int left;

    private boolean cut;

    private boolean roomMissing;

    private boolean opening;

    /**
     * @param number   differs from those of other walks
     * @param whole    true to look at the whole queue even if much of it has to be left
     * @param whenRoom run when a device that had no room has some
     */
    QueueWalk(final PublishBatch batch, final PublishSettings settings, final DeviceLanes lanes, final long number, final boolean whole,
              final Runnable whenRoom) {
        this.batch = batch;
        this.settings = settings;
        this.lanes = lanes;
        this.number = number;
        this.whole = whole;
        this.whenRoom = whenRoom;
    }

    /**
     * Adds what can be published to the batch.
     */
    void take() {
        final long started = System.nanoTime();
        final GuardedFilter filter = new GuardedFilter(this::judge);
        batch.take(filter);
        durationNanos = System.nanoTime() - started;
        filter.rethrow();
    }

    private FlowFileFilterResult judge(final FlowFile flowFile) {
        final Delivery delivery = address(flowFile);
        if (delivery == null) {
            left++;
            cut = !whole && !taken.isEmpty() && left >= LOOK_AHEAD;
            return cut || settings.identities().isConstant() ? FlowFileFilterResult.REJECT_AND_TERMINATE : FlowFileFilterResult.REJECT_AND_CONTINUE;
        }

        left = 0;
        taken.add(delivery);
        batch.add(delivery);
        return isFull() ? FlowFileFilterResult.ACCEPT_AND_TERMINATE : FlowFileFilterResult.ACCEPT_AND_CONTINUE;
    }

    /**
     * @return null if it has to be left in the queue
     */
    private Delivery address(final FlowFile flowFile) {
        final DeviceIdentity identity;
        try {
            identity = settings.identities().evaluate(flowFile);
        } catch (final IoTHubException e) {
            return Delivery.impossible(flowFile, e);
        }

        final IoTHubException refusal = refused.get(identity);
        return refusal == null ? admit(flowFile, lanes.get(identity)) : Delivery.impossible(flowFile, refusal);
    }

    private Delivery admit(final FlowFile flowFile, final DeviceLane lane) {
        visited.add(lane);
        if (lane.isSkipped(number)) {
            lane.skip(number);
            return null;
        }
        if (!lane.open()) {
            return leave(flowFile, lane);
        }

        settings.refusals().accepted(lane.getIdentity());
        if (lane.isBehind() || !lane.reserve(flowFile.getAttribute(CoreAttributes.UUID.key()), whenRoom)) {
            roomMissing |= !lane.isOver();
            lane.skip(number);
            return null;
        }
        return Delivery.of(flowFile, lane);
    }

    private Delivery leave(final FlowFile flowFile, final DeviceLane lane) {
        final IoTHubException obstacle = lane.getObstacle();
        if (obstacle != null && settings.refusals().isOver(lane.getIdentity(), obstacle)) {
            refused.put(lane.getIdentity(), obstacle);
            return Delivery.impossible(flowFile, obstacle);
        }

        lane.skip(number);
        return null;
    }

    /**
     * Publishes what was taken without waiting for acknowledgements.
     *
     * @param stopping asked before each message
     */
    void publish(final BooleanSupplier stopping) {
        for (final Delivery delivery : taken) {
            if (delivery.isWaiting()) {
                if (stopping.getAsBoolean() || delivery.getLane().isOver()) {
                    delivery.getLane().release(delivery);
                } else {
                    batch.publish(delivery);
                }
            }
        }
    }

    /**
     * Gives the leases back of devices that have nothing on its way.
     *
     * @return who is held up
     */
    Hindrances end() {
        if (settings.identities().isConstant()) {
            visited.forEach(lane -> lane.setLeft(Math.max(0, batch.countQueued() - lane.getDeliveries().size())));
        }
        final boolean complete = !cut && !isFull();
        final Hindrances hindrances = new Hindrances();
        lanes.all().forEach(lane -> {
            if (!lane.isSkipped(number) && (complete || visited.contains(lane))) {
                lane.setLeft(0);
            }
            lane.describe(hindrances);
        });
        if (complete) {
            hindrances.markComplete();
        }
        opening = visited.stream().anyMatch(DeviceLane::isOpening);
        visited.forEach(lanes::closeIfEmpty);
        return hindrances;
    }

    boolean isFull() {
        return batch.size() == settings.batchSize();
    }

    /**
     * @return true if something was left that can be published as soon as there is room
     */
    boolean isRoomMissing() {
        return roomMissing;
    }

    /**
     * @return true if something was left whose connection was asked for a moment ago
     */
    boolean isOpening() {
        return opening;
    }

    long getDurationNanos() {
        return durationNanos;
    }

    /**
     * @return true if the queue was not looked through to its end
     */
    boolean isCut() {
        return cut;
    }
}
