/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.concurrent.CompletableFuture;

/**
 * A run of messages of one device that arrive in the order in which they are published, or not at all: once the connection under the run is lost, every
 * message of the run that is not acknowledged has failed, and so does every later one, although the connection may be open again. The caller keeps those
 * messages and publishes them first in a new run. A renewal of the connection does not end a run.
 * <p>
 * No method blocks, so that a caller that speaks for many devices is not held up by one of them: room for a message is reserved before it is made, and who
 * found none is told when there is some. A run is used by one thread at a time; futures complete on threads of the service.
 */
public interface MessagePublisher {

    /**
     * Takes room in the window of the connection for one message, until it is published or {@link #release released}.
     *
     * @param deliveryId id of the message
     * @param whenRoom   run once if there is no room: when there is some again or the run is over, on a thread of the service or this one. It must not
     *                   block, and there is only one waiting for each publisher that passes the same object.
     * @return false if there is no room: as many messages as allowed are not acknowledged, the connection is being renewed, or a message is sent alone
     * because it may be what the hub does not like
     * @throws IoTHubException if the run is over, with the categories of {@link #publish}
     */
    boolean reserve(String deliveryId, Runnable whenRoom);

    /**
     * Gives back the room of a message that is not published after all. Without effect if there is none.
     */
    void release(String deliveryId);

    /**
     * Publishes a message for which room was reserved. Messages are sent in the order in which they are published.
     *
     * @return completes normally when the hub has acknowledged the message (QoS 1) or it is written (QoS 0). Fails with {@link IoTHubException}:
     * {@link FailureCategory#INVALID_CONTENT} if the message breaks a rule and was not sent; {@link FailureCategory#REFUSED} if the hub closed the connection
     * whenever it was sent, at last with nothing else in flight; {@link FailureCategory#NOT_CONNECTED}, {@link FailureCategory#CONNECTION_LOST},
     * {@link FailureCategory#TAKEN_OVER}, {@link FailureCategory#TIMED_OUT} or {@link FailureCategory#CLOSED} if the run is over. Only the first two leave
     * the run usable.
     * @throws IllegalStateException if no room was reserved for the message
     */
    CompletableFuture<Void> publish(DeviceMessage message);

    /**
     * Gives up waiting for the acknowledgements of all messages of this run that are not acknowledged: their futures fail with
     * {@link FailureCategory#TIMED_OUT} and the run is over. If any message was concerned, the connection is opened anew, because a connection on
     * which the hub stopped to acknowledge does not heal.
     */
    void abandon();
}
