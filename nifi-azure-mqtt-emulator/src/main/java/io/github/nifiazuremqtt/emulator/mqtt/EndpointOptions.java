/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/**
 * Where the endpoint listens.
 *
 * @param address address to bind
 * @param mqttPort port of MQTT over TLS, 0 for a free one
 * @param webSocketPort port of MQTT over WebSocket over TLS, 0 for a free one
 * @param anyWebSocketPath whether a WebSocket may have any path
 */
public record EndpointOptions(String address, int mqttPort, int webSocketPort, boolean anyWebSocketPath) {
}
