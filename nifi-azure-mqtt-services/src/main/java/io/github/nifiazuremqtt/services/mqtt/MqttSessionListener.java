/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

/**
 * Hears what a server sends and when a connection ends. Called on the one I/O thread of the session: must not block.
 */
public interface MqttSessionListener {

    /**
     * A message arrived. Messages come in the order of the wire, and may come before the future of {@link MqttSession#connect} completes.
     */
    void received(IncomingMessage message);

    /**
     * An open connection ended without {@link MqttSession#disconnect}. Called once, after every message that was not delivered has failed.
     */
    void closed(MqttSessionException reason);
}
