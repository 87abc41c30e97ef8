/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import java.time.Instant;

/**
 * A line of the feedback that the senders of cloud-to-device messages get.
 *
 * @param originalMessageId message id of the message
 * @param deviceId addressee
 * @param outcome what has become of it
 * @param time when
 */
public record Feedback(String originalMessageId, String deviceId, MessageOutcome outcome, Instant time) {
}
