/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.connection.HubAssignment.AssignedHub;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import java.util.Optional;

/**
 * A session that was accepted by a hub.
 *
 * @param session         session
 * @param hub             hub
 * @param token           token of the CONNECT, or null for a certificate
 * @param credentialIndex place of the credential among those of the identity
 * @param credentialLabel what people call the credential
 * @param refusal         why the hub refused the credential before, or null
 */
record OpenedSession(MqttSession session, AssignedHub hub, AccessToken token, int credentialIndex, String credentialLabel, IoTHubException refusal) {

    Optional<AccessToken> findToken() {
        return Optional.ofNullable(token);
    }

    Optional<IoTHubException> findRefusal() {
        return Optional.ofNullable(refusal);
    }
}
