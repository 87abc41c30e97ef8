/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Knows on which hub an identity lives. Devices of one flow may live on different hubs.
 */
public interface HubAssignment {

    /**
     * @return where the identity lives, asked for before every attempt to connect. Fails with {@link io.github.nifiazuremqtt.api.IoTHubException}.
     */
    CompletableFuture<AssignedHub> find(DeviceIdentity identity);

    /**
     * @return the hub, if it is known without asking anybody
     */
    default Optional<HostAddress> findKnown(final DeviceIdentity identity) {
        return Optional.empty();
    }

    /**
     * The hub did not accept the identity, or does not exist: the assignment may be out of date.
     *
     * @return true if {@link #find} will ask again, so that another attempt is worth while: at another hub, or at the same one that knows other keys by then
     */
    boolean doubt(DeviceIdentity identity);

    /**
     * The hub has accepted the identity.
     */
    default void accepted(final DeviceIdentity identity) {
    }

    /**
     * @return every identity lives on this hub
     */
    static HubAssignment of(final HostAddress hub) {
        return new FixedHubAssignment(hub);
    }

    /**
     * A hub, and as whom the device is known there.
     *
     * @param hub            host name of the hub
     * @param registrationId registration id, which is the device id unless the device was provisioned under another
     */
    record AssignedHub(HostAddress hub, String registrationId) {

        CredentialTarget credentialTarget(final DeviceIdentity identity) {
            return CredentialTarget.provisionedHub(hub.host(), identity, registrationId);
        }
    }
}
