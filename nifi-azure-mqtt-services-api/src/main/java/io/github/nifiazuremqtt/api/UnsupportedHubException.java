/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Optional;

/**
 * The Device Provisioning Service assigned a device to a hub that speaks another protocol than MQTT 3.1.1 (contract section 15.1). Asking again leads to the
 * same hub until a person changes the enrollment.
 */
public class UnsupportedHubException extends IoTHubException {

    private static final long serialVersionUID = 1L;

    private final String hostName;

    private final String connectionProfile;

    /**
     * @param hubError          the answer
     * @param hostName          host name of the hub, or null
     * @param connectionProfile connection profile as the service names it
     */
    public UnsupportedHubException(final String message, final HubError hubError, final String hostName, final String connectionProfile) {
        super(FailureCategory.REFUSED, message, hubError, null);
        this.hostName = hostName;
        this.connectionProfile = connectionProfile;
    }

    public Optional<String> findHostName() {
        return Optional.ofNullable(hostName);
    }

    public String getConnectionProfile() {
        return connectionProfile;
    }
}
