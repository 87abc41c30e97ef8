/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A CONNECT packet, MQTT 3.1.1 section 3.1, with what TLS knows about the client.
 *
 * @param clientId client identifier
 * @param userName user name, null if absent
 * @param password password, empty if absent
 * @param cleanSession whether the session starts and ends with the connection
 * @param keepAliveSeconds keep alive, 0 if switched off
 * @param will will, null if absent
 * @param serverName name that the client has asked for in the TLS handshake, empty if it named none
 * @param clientCertificates certificate chain of the client, leaf first, empty if it gave none
 */
public record ConnectRequest(
        String clientId,
        String userName,
        byte[] password,
        boolean cleanSession,
        int keepAliveSeconds,
        Will will,
        String serverName,
        List<X509Certificate> clientCertificates) {

    public String passwordText() {
        return new String(password, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "ConnectRequest[clientId=%s, userName=%s, cleanSession=%s, keepAlive=%d]".formatted(clientId, userName, cleanSession, keepAliveSeconds);
    }
}
