/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import java.time.Duration;
import java.time.Instant;

/** A message in the queue of a device, and what has happened to it. Used under the lock of its queue only. */
final class QueuedMessage {

    private final String deviceId;
    private final long sequence;
    private final CloudMessage message;
    private final Instant enqueued;
    private final long enqueuedNanos = System.nanoTime();
    private final Instant expiry;
    private int deliveries;
    private int packetId;
    private Instant lockedUntil;
    private boolean passedOver;
    private MessageOutcome outcome;
    private Instant finished;
    private Duration duration;

    QueuedMessage(final String deviceId, final long sequence, final CloudMessage message, final Instant enqueued, final Instant expiry) {
        this.deviceId = deviceId;
        this.sequence = sequence;
        this.message = message;
        this.enqueued = enqueued;
        this.expiry = expiry;
    }

    CloudMessage message() {
        return message;
    }

    long sequence() {
        return sequence;
    }

    int deliveries() {
        return deliveries;
    }

    /** Packet id of the newest delivery, 0 before the first. */
    int packetId() {
        return packetId;
    }

    Instant expiry() {
        return expiry;
    }

    /** End of the lock, null without one. */
    Instant lockedUntil() {
        return lockedUntil;
    }

    boolean isExpired(final Instant now) {
        return !now.isBefore(expiry);
    }

    boolean isLocked(final Instant now) {
        return lockedUntil != null && now.isBefore(lockedUntil);
    }

    /** Whether a later message was acknowledged first. */
    boolean isPassedOver() {
        return passedOver;
    }

    void passOver() {
        passedOver = true;
    }

    void deliver(final int newPacketId, final Instant until) {
        packetId = newPacketId;
        lockedUntil = until;
        passedOver = false;
        deliveries++;
    }

    void unlock() {
        lockedUntil = null;
    }

    void finish(final MessageOutcome end, final Instant now) {
        unlock();
        outcome = end;
        finished = now;
        duration = Duration.ofNanos(System.nanoTime() - enqueuedNanos);
    }

    MessageTrace trace() {
        return new MessageTrace(deviceId, sequence, message.messageId(), enqueued, deliveries, lockedUntil != null, outcome, finished, duration);
    }
}
