/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import java.util.concurrent.CompletableFuture;

/**
 * A message between its publish and its outcome.
 */
final class InFlightMessage implements MqttSession.Delivery {

    private final PublishRun run;

    private final OpenLine line;

    private final String deliveryId;

    private final boolean acknowledged;

    private long sentAgeNanos;

    private volatile boolean sent;

    private final CompletableFuture<Void> outcome = new CompletableFuture<>();

    /**
     * @param acknowledged true if the hub acknowledges the message (QoS 1)
     */
    InFlightMessage(final PublishRun run, final OpenLine line, final String deliveryId, final boolean acknowledged) {
        this.run = run;
        this.line = line;
        this.deliveryId = deliveryId;
        this.acknowledged = acknowledged;
    }

    @Override
    public void delivered() {
        run.delivered(this);
        outcome.complete(null);
    }

    @Override
    public void failed(final MqttSessionException reason) {
        if (reason.getKind() == MqttSessionException.Kind.INVALID) {
            settle(new IoTHubException(FailureCategory.INVALID_CONTENT, reason.getMessage(), reason));
        } else if (!line.addUndelivered(this)) {
            settle(new IoTHubException(FailureCategory.CONNECTION_LOST, reason.getMessage(), reason));
        }
    }

    /**
     * The message is not on the wire any more and will not be. Its room in the window is free from here on and not before: what comes next must find the run
     * over.
     */
    void settle(final IoTHubException reason) {
        run.left(this);
        fail(reason);
    }

    /** Tells the caller; the message may still be on the wire. */
    void fail(final IoTHubException reason) {
        outcome.completeExceptionally(reason);
    }

    void sent() {
        sentAgeNanos = line.ageNanos();
        sent = true;
    }

    /**
     * @return true if it is given to the connection, which may have ended because of it
     */
    boolean isSent() {
        return sent;
    }

    Suspicion.Sent toSent() {
        return new Suspicion.Sent(deliveryId, sentAgeNanos);
    }

    OpenLine line() {
        return line;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    String deliveryId() {
        return deliveryId;
    }

    CompletableFuture<Void> outcome() {
        return outcome;
    }
}
