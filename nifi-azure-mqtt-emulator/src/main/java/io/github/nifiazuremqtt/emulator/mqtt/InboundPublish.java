/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/**
 * A PUBLISH packet from a client, MQTT 3.1.1 section 3.3.
 *
 * @param topic topic name
 * @param payload payload
 * @param qos quality of service
 * @param packetId packet identifier, 0 with quality of service 0
 * @param duplicate DUP flag
 * @param retain RETAIN flag
 */
public record InboundPublish(String topic, byte[] payload, int qos, int packetId, boolean duplicate, boolean retain) {
}
