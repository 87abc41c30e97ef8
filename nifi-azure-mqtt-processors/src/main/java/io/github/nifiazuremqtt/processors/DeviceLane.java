/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What one device has on its way, in the order of its queue, over all batches: a lease, and a run of messages while its connection is open. If the run fails,
 * what was not acknowledged is sent again in the next run before anything else. Used under the order lock; only its end is noted by other threads.
 */
final class DeviceLane {

    /** A connection that opens and fails at once is not tried without a pause. */
    private static final long RUN_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final DeviceIdentity identity;

    /** Asked for at each look along the queue, for each device. */
    private final String name;

    private final IoTHubConnectionService service;

    private final Set<Delivery> deliveries = new LinkedHashSet<>();

    private DeviceConnection connection;

    private MessagePublisher run;

    private String transitUri;

    private IoTHubException obstacle;

    private boolean behind;

    private boolean givenUp;

    private long openedNanos;

    private long skippedIn;

    private int left;

    private volatile boolean over = true;

    DeviceLane(final DeviceIdentity identity, final IoTHubConnectionService service) {
        this.identity = identity;
        name = identity.toString();
        this.service = service;
    }

    DeviceIdentity getIdentity() {
        return identity;
    }

    /**
     * @return the identity, for texts
     */
    String getName() {
        return name;
    }

    /**
     * Opens a run if there is none.
     *
     * @return false if there is an {@link #getObstacle() obstacle}, or messages of the last run have no outcome yet
     */
    boolean open() {
        if (!over) {
            return true;
        }
        if (givenUp || isResting() || deliveries.stream().anyMatch(Delivery::isUnderWay)) {
            return false;
        }

        try {
            if (connection == null) {
                connection = service.acquire(identity);
            }
            run = connection.openPublisher();
        } catch (final IoTHubException e) {
            obstacle = e;
            return false;
        }
        obstacle = null;
        transitUri = connection.getEndpointUri() + "/messages/events";
        behind = !deliveries.isEmpty();
        openedNanos = System.nanoTime();
        over = false;
        return true;
    }

    private boolean isResting() {
        return run != null && System.nanoTime() - openedNanos < RUN_PAUSE_NANOS;
    }

    /**
     * Opens a run for messages that have failed, without the cost of an exception while there is no connection.
     *
     * @return false as for {@link #open}
     */
    boolean reopen() {
        if (over && connection != null) {
            final ConnectionStatus status = connection.getStatus();
            if (status.state() != ConnectionState.CONNECTED && status.state() != ConnectionState.RENEWING) {
                obstacle = status.lastFailure();
                return false;
            }
        }
        return open();
    }

    /**
     * @return true if messages of an earlier run go first
     */
    boolean isBehind() {
        return behind;
    }

    void caughtUp() {
        behind = false;
    }

    /**
     * Takes room for a message.
     *
     * @param whenRoom run if there is none and later is
     * @return false if there is none, or the run is over
     */
    boolean reserve(final String deliveryId, final Runnable whenRoom) {
        try {
            return run.reserve(deliveryId, whenRoom);
        } catch (final IoTHubException e) {
            over = true;
            obstacle = e;
            return false;
        }
    }

    void release(final Delivery delivery) {
        if (run != null) {
            run.release(delivery.getDeliveryId());
        }
    }

    CompletableFuture<Void> publish(final DeviceMessage message) {
        try {
            return run.publish(message);
        } catch (final IoTHubException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    void add(final Delivery delivery) {
        deliveries.add(delivery);
    }

    void remove(final Delivery delivery) {
        deliveries.remove(delivery);
    }

    boolean isEmpty() {
        return deliveries.isEmpty();
    }

    Collection<Delivery> getDeliveries() {
        return deliveries;
    }

    List<Delivery> findWaiting() {
        final List<Delivery> waiting = new ArrayList<>();
        for (final Delivery delivery : deliveries) {
            if (delivery.isWaiting()) {
                waiting.add(delivery);
            }
        }
        return waiting;
    }

    /**
     * Gives up the run if its oldest message has waited too long for its acknowledgement.
     */
    void abandonIfOlder(final long timeoutNanos) {
        for (final Delivery delivery : deliveries) {
            if (delivery.isUnderWay()) {
                if (System.nanoTime() - delivery.getPublishedNanos() >= timeoutNanos) {
                    over = true;
                    run.abandon();
                }
                return;
            }
        }
    }

    /**
     * @return true if nothing more can be published in this run
     */
    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    /**
     * Ends the run; what is not acknowledged goes back to its queue instead of being sent again.
     */
    void giveUp() {
        givenUp = true;
        over = true;
        close();
    }

    boolean isGivenUp() {
        return givenUp;
    }

    /**
     * @return why it cannot be published to now, or null
     */
    IoTHubException getObstacle() {
        return obstacle;
    }

    /**
     * @return true if the connection is on its way for the first time
     */
    boolean isOpening() {
        return over && connection != null && FirstConnect.isOpening(connection);
    }

    String getTransitUri() {
        return transitUri;
    }

    /**
     * What follows in the same walk along the queue must not overtake what was left in it.
     */
    void skip(final long walk) {
        left = skippedIn == walk ? left + 1 : 1;
        skippedIn = walk;
    }

    /**
     * Notes how many FlowFiles are in the queue, where a walk need not look at each to know it.
     */
    void setLeft(final int count) {
        left = count;
    }

    /**
     * Tells who is held up, and how many FlowFiles wait: what the last walk left in the queue, and what is to be sent again.
     */
    void describe(final Hindrances hindrances) {
        if (over && obstacle != null) {
            hindrances.add(name, left + findWaiting().size(), obstacle);
        } else {
            hindrances.addUndecided(name);
        }
    }

    boolean isSkipped(final long walk) {
        return skippedIn == walk;
    }

    /**
     * Gives the lease back: what is not acknowledged fails.
     */
    void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
