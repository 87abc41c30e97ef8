/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/**
 * One line of a SUBSCRIBE packet.
 *
 * @param filter topic filter
 * @param qos quality of service asked for
 */
public record TopicRequest(String filter, int qos) {
}
