/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.nifi.logging.ComponentLog;

/**
 * Looks after what is under way: gives up a run whose oldest message has waited too long, and sends again what failed with its connection, from its open
 * session, because NiFi would put it behind FlowFiles that it has swapped out. Used by the thread of the settler.
 */
final class Resender {

    static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What nobody expected is not said fifty times a second. */
    private static final long ERROR_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PublishSettings settings;

    private final DeviceLanes lanes;

    private final ReentrantLock orderLock;

    private final Wakeup room;

    private final Wakeup news;

    private final HindranceNotice notice;

    private final ComponentLog logger;

    private final Runnable whenRoom = this::resendNow;

    private long tendedNanos = System.nanoTime();

    private volatile boolean roomToResend;

    /**
     * @param room   told when a device has caught up
     * @param news   told when a device that had no room has some
     * @param notice told whose FlowFiles wait, also while nothing triggers the processor
     */
    Resender(final PublishSettings settings, final DeviceLanes lanes, final ReentrantLock orderLock, final Wakeup room, final Wakeup news,
             final HindranceNotice notice, final ComponentLog logger) {
        this.settings = settings;
        this.lanes = lanes;
        this.orderLock = orderLock;
        this.room = room;
        this.news = news;
        this.notice = notice;
        this.logger = logger;
    }

    private void resendNow() {
        roomToResend = true;
        news.run();
    }

    /**
     * Does nothing for a while, after a failure that nobody expected.
     */
    void rest() {
        tendedNanos = System.nanoTime() + ERROR_PAUSE_NANOS;
    }

    /**
     * Looks at every device, unless it did so a moment ago and none of them has got room since.
     */
    void tend() {
        final long now = System.nanoTime();
        if (!roomToResend && now - tendedNanos < PAUSE_NANOS) {
            return;
        }

        roomToResend = false;
        tendedNanos = now;
        final Hindrances hindrances = new Hindrances();
        orderLock.lock();
        try {
            for (final DeviceLane lane : lanes.all()) {
                lane.abandonIfOlder(settings.acknowledgmentTimeout().toNanos());
                if (lane.isGivenUp()) {
                    putBack(lane);
                } else if (lane.isOver() || lane.isBehind()) {
                    resend(lane);
                    lane.describe(hindrances);
                }
            }
        } finally {
            orderLock.unlock();
        }
        notice.tell(hindrances);
    }

    private void resend(final DeviceLane lane) {
        final List<Delivery> waiting = lane.findWaiting();
        if (waiting.isEmpty()) {
            catchUp(lane);
            return;
        }
        if (!waiting.stream().allMatch(delivery -> delivery.getBatch().isHandedOver())) {
            return;
        }
        try {
            resend(lane, waiting);
        } catch (final Throwable e) {
            logger.error("Messages of [{}] could not be sent again; they go back to their queue", lane.getIdentity(), e);
            lane.giveUp();
        }
    }

    private void resend(final DeviceLane lane, final List<Delivery> waiting) {
        if (!lane.reopen()) {
            final IoTHubException obstacle = lane.getObstacle();
            if (obstacle != null && settings.refusals().isOver(lane.getIdentity(), obstacle)) {
                waiting.forEach(delivery -> delivery.fail(obstacle));
            }
            return;
        }

        settings.refusals().accepted(lane.getIdentity());
        for (final Delivery delivery : waiting) {
            if (lane.isOver() || !lane.reserve(delivery.getDeliveryId(), whenRoom)) {
                return;
            }
            delivery.getBatch().publish(delivery);
        }
        catchUp(lane);
    }

    private void catchUp(final DeviceLane lane) {
        if (lane.isBehind() && !lane.isOver()) {
            lane.caughtUp();
            room.run();
        }
    }

    private void putBack(final DeviceLane lane) {
        final Map<PublishBatch, List<Delivery>> returned = new LinkedHashMap<>();
        for (final Delivery delivery : lane.findWaiting()) {
            if (delivery.getBatch().isHandedOver()) {
                returned.computeIfAbsent(delivery.getBatch(), batch -> new ArrayList<>()).add(delivery);
            }
        }
        returned.forEach((batch, deliveries) -> {
            batch.putBack(deliveries);
            lanes.remove(deliveries);
        });
        lanes.closeIfEmpty(lane);
    }
}
