/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import java.util.function.IntSupplier;

/**
 * A hub that devices can be assigned to.
 *
 * @param hub the hub
 * @param mqttPort where it speaks MQTT
 * @param webSocketPort where it speaks MQTT over WebSocket
 */
public record LinkedHub(IoTHub hub, IntSupplier mqttPort, IntSupplier webSocketPort) {

    private static final int USUAL_MQTT_PORT = 8883;
    private static final int USUAL_WEB_SOCKET_PORT = 443;

    /** The host name as told to a device; with a port unless it is the usual one for the way in which the device has come. */
    String hostName(final boolean webSocket) {
        final int port = webSocket ? webSocketPort.getAsInt() : mqttPort.getAsInt();
        return port == (webSocket ? USUAL_WEB_SOCKET_PORT : USUAL_MQTT_PORT) ? hub.name() : hub.name() + ":" + port;
    }
}
