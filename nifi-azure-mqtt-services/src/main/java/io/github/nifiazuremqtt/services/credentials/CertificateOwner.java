/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.Objects;

/**
 * Whose certificate is wanted.
 *
 * @param identity       device or module; for a registration the device of the same name
 * @param registrationId registration id; the device id unless the device was provisioned under another name
 */
public record CertificateOwner(DeviceIdentity identity, String registrationId) {

    public CertificateOwner {
        Objects.requireNonNull(identity, "Identity required");
        Objects.requireNonNull(registrationId, "Registration ID required");
    }

    static CertificateOwner of(final CredentialTarget target) {
        return new CertificateOwner(target.findIdentity().orElseGet(() -> DeviceIdentity.ofDevice(target.registrationId())), target.registrationId());
    }

    /**
     * @return true if a hub or the Device Provisioning Service that trusts the issuer takes this common name for the owner
     */
    boolean isNamed(final String commonName) {
        return commonName.equals(identity.toString()) || commonName.equalsIgnoreCase(registrationId) && identity.module().isEmpty();
    }
}
