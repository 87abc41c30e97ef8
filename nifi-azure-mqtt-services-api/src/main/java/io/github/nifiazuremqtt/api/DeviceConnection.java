/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A lease on the one connection of a device identity. All leases of an identity share the connection; it stays open while there is a lease, and for the
 * idle time of the service after the last was closed. Closing a lease twice does nothing. All methods may be called from any thread, none blocks unless it
 * says so, and futures complete on threads of the service: a dependent action must not block.
 */
public interface DeviceConnection extends AutoCloseable {

    /**
     * @return whose connection this is
     */
    DeviceIdentity getIdentity();

    /**
     * @return the status at this moment, for people and for {@code Verify}; it may change at once
     */
    ConnectionStatus getStatus();

    /**
     * Waits until the connection is open, or an attempt to open it has failed, or the time is over, whichever is first.
     *
     * @return the status at the end of the wait
     */
    ConnectionStatus awaitConnected(Duration timeout) throws InterruptedException;

    /**
     * @return where the identity is reached, for provenance: {@code mqtts://host/devices/device}, with {@code /modules/module} for a module and
     * {@code wss} for WebSocket; never with a query, and without a host as long as the identity is not assigned to one
     */
    String getEndpointUri();

    /**
     * Opens a run of messages.
     *
     * @throws IoTHubException {@link FailureCategory#NOT_CONNECTED} if the connection is neither open nor being renewed: nothing is lost, try again later.
     *                         If the reason is known the category says it ({@link FailureCategory#UNAUTHORIZED}, {@link FailureCategory#TAKEN_OVER}).
     */
    MessagePublisher openPublisher();

    /**
     * Reads the whole twin.
     *
     * @return the document {@code {"desired":{..},"reported":{..}}}. Fails with {@link IoTHubException} of category NOT_CONNECTED, CONNECTION_LOST,
     * TIMED_OUT, THROTTLED, SERVER_ERROR or REFUSED; the last three carry the hub's answer.
     */
    CompletableFuture<TwinDocument> getTwin(Duration timeout);

    /**
     * Sends a patch of the reported properties.
     *
     * @param patch           JSON merge patch, UTF-8
     * @param expectedVersion version that the reported section must have, or empty to patch whatever is there
     * @return the new version of the reported section. Fails like {@link #getTwin(Duration)}, and with VERSION_CONFLICT or INVALID_CONTENT.
     */
    CompletableFuture<Long> updateReportedProperties(byte[] patch, OptionalLong expectedVersion, Duration timeout);

    /**
     * Answers a direct method.
     *
     * @param requestId  request id as it was received
     * @param statusCode status for the caller, not below zero
     * @param payload    JSON, UTF-8, or empty
     * @return completes when the answer is written. Fails with {@link FailureCategory#EXPIRED} if the connection on which the request came is gone or the
     * caller no longer waits, and with {@link FailureCategory#INVALID_CONTENT} if the status is below zero or the payload is no JSON in UTF-8 or too large:
     * then it can be answered otherwise.
     */
    CompletableFuture<Void> respond(String requestId, int statusCode, byte[] payload);

    /**
     * Gives the lease back. Runs opened through it end, and their unacknowledged messages fail with {@link FailureCategory#CLOSED}.
     */
    @Override
    void close();
}
