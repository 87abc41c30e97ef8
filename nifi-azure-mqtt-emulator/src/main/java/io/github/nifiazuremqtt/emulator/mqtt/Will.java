/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/**
 * What is published in the name of a client that goes without DISCONNECT.
 *
 * @param topic topic
 * @param payload payload
 * @param qos quality of service
 * @param retain retain flag
 */
public record Will(String topic, byte[] payload, int qos, boolean retain) {
}
