/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;
import java.util.Optional;

/**
 * What a credential must open: an identity at an IoT Hub, or a registration at the Device Provisioning Service.
 *
 * @param service        which of the two
 * @param authority      full host name of the hub, or ID scope of the Device Provisioning Service
 * @param identity       device or module at the hub; null for a registration
 * @param registrationId registration id, from which a key of an enrollment group is derived; at a hub the device id unless the device was provisioned under
 *                       another registration id
 */
public record CredentialTarget(Service service, String authority, DeviceIdentity identity, String registrationId) {

    public CredentialTarget {
        Objects.requireNonNull(service, "Service required");
        Objects.requireNonNull(authority, "Authority required");
        Objects.requireNonNull(registrationId, "Registration ID required");
        if (service == Service.IOT_HUB) {
            Objects.requireNonNull(identity, "Identity required");
        }
    }

    public static CredentialTarget hub(final String hostName, final DeviceIdentity identity) {
        return new CredentialTarget(Service.IOT_HUB, hostName, identity, identity.deviceId());
    }

    public static CredentialTarget provisionedHub(final String hostName, final DeviceIdentity identity, final String registrationId) {
        return new CredentialTarget(Service.IOT_HUB, hostName, identity, registrationId);
    }

    public static CredentialTarget registration(final String idScope, final String registrationId) {
        return new CredentialTarget(Service.DEVICE_PROVISIONING, idScope, null, registrationId);
    }

    public Optional<DeviceIdentity> findIdentity() {
        return Optional.ofNullable(identity);
    }

    /** The two services that ask for credentials. */
    public enum Service {
        IOT_HUB,
        DEVICE_PROVISIONING
    }
}
