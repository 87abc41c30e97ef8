/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.List;
import java.util.Optional;
import org.apache.nifi.controller.ControllerService;

/**
 * Knows how devices prove who they are. Thread-safe.
 */
public interface DeviceCredentialsService extends ControllerService {

    /**
     * Credentials for one identity, preferred one first; a second one is for the time in which keys are changed. To be asked again for every attempt to
     * connect, never kept.
     *
     * @return at least one
     * @throws IoTHubException {@link FailureCategory#INVALID_CONFIGURATION} if there can be none, with the cure
     */
    List<DeviceCredential> getCredentials(CredentialTarget target);

    /**
     * @return what the credentials say about where and as whom to connect; empty if they say nothing
     */
    Optional<ConnectionDetails> findConnectionDetails();

    /**
     * What a device connection string, or a token made for one device or module, says besides the proof.
     *
     * @param hostName        full host name of the hub
     * @param identity        device or module
     * @param gatewayHostName host name of the IoT Edge gateway to connect to, or null
     */
    record ConnectionDetails(String hostName, DeviceIdentity identity, String gatewayHostName) {

        public Optional<String> findGatewayHostName() {
            return Optional.ofNullable(gatewayHostName);
        }
    }
}
