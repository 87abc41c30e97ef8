/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.time.Duration;
import java.util.Objects;

/**
 * The CONNECT packet (MQTT 3.1.1, 3.1) and where it goes. No will; the text form has no password.
 *
 * @param endpoint       server
 * @param clientId       client identifier
 * @param userName       user name, or null
 * @param password       password, or null
 * @param keepAlive      longest silence from the client before it sends PINGREQ; zero for none
 * @param cleanSession   true if the server shall forget what it kept for this client
 * @param connackTimeout how long to wait for CONNACK
 */
public record ConnectSettings(ServerEndpoint endpoint, String clientId, String userName, String password, Duration keepAlive, boolean cleanSession,
                              Duration connackTimeout) {

    public ConnectSettings {
        Objects.requireNonNull(endpoint, "Endpoint required");
        Objects.requireNonNull(clientId, "Client ID required");
        Objects.requireNonNull(keepAlive, "Keep alive required");
        Objects.requireNonNull(connackTimeout, "CONNACK timeout required");
    }

    @Override
    public String toString() {
        return "ConnectSettings[endpoint=%s, clientId=%s]".formatted(endpoint, clientId);
    }
}
