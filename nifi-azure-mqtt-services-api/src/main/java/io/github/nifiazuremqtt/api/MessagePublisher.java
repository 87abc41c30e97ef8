/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A run of messages of one device that arrive in the order in which they are published, or not at all: once the connection under the run is lost, every
 * message of the run that is not acknowledged has failed, and so does every later one, although the connection may be open again. The caller keeps those
 * messages and publishes them first in a new run. A renewal of the connection does not end a run.
 * <p>
 * A run belongs to the thread that opened it; futures complete on other threads.
 */
public interface MessagePublisher {

    /**
     * Publishes a message. Blocks while the window of the connection is full or the connection is being renewed.
     *
     * @param message message
     * @param timeout longest time to wait for room in the window
     * @return completes normally when the hub has acknowledged the message (QoS 1) or it is written (QoS 0). Fails with {@link IoTHubException}:
     * {@link FailureCategory#INVALID_CONTENT} if the message breaks a rule and was not sent; {@link FailureCategory#REFUSED} if the hub closed the connection
     * whenever it was sent, at last with nothing else in flight; {@link FailureCategory#NOT_CONNECTED}, {@link FailureCategory#CONNECTION_LOST},
     * {@link FailureCategory#TAKEN_OVER} or {@link FailureCategory#CLOSED} if the run is over; {@link FailureCategory#TIMED_OUT} if there was no room in
     * time. Only the first two leave the run usable.
     */
    CompletableFuture<Void> publish(DeviceMessage message, Duration timeout);

    /**
     * Gives up waiting for the acknowledgements of all messages of this run that are not acknowledged: their futures fail with
     * {@link FailureCategory#TIMED_OUT} and the run is over. If any message was concerned, the connection is opened anew, because a connection on
     * which the hub stopped to acknowledge does not heal.
     */
    void abandon();
}
