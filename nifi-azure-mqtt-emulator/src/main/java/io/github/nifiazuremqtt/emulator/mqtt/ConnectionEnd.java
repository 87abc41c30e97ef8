/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import java.time.Instant;

/**
 * The end of a connection.
 *
 * @param time when
 * @param clientId client id, empty before CONNECT
 * @param refusal why the service ended it; row 0 also for what the client ended
 */
public record ConnectionEnd(Instant time, String clientId, Refusal refusal) {
}
