/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/** A service behind the endpoint: a hub, or the provisioning service. */
public interface ServiceRole {

    /** Whether a CONNECT is meant for this service, judged by its user name. */
    boolean recognizes(ConnectRequest request);

    /** Whether clients of this service may open a WebSocket at this path. */
    default boolean takesPath(final String path) {
        return path.equals("/$iothub/websocket");
    }

    /** Judges a CONNECT. Called on the event loop of the connection. */
    ConnectOutcome connect(ConnectRequest request, MqttConnection connection);
}
