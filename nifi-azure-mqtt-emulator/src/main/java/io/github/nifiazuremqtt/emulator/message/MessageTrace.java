/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import java.time.Duration;
import java.time.Instant;

/**
 * What has happened to one message so far.
 *
 * @param deviceId addressee
 * @param sequence number of the message at its device, from 1
 * @param messageId message id, empty if the sender gave none
 * @param enqueued when it was put into the queue
 * @param deliveries how often it was sent to the device
 * @param locked whether the device has it and has not acknowledged it
 * @param outcome its end, null while it is in the queue
 * @param finished when it ended, null while it is in the queue
 * @param duration time from enqueuing to the end, null while it is in the queue
 */
public record MessageTrace(
        String deviceId,
        long sequence,
        String messageId,
        Instant enqueued,
        int deliveries,
        boolean locked,
        MessageOutcome outcome,
        Instant finished,
        Duration duration) {
}
