/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.CredentialTarget.Service;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.List;
import java.util.Optional;

/**
 * The key of a shared access policy of a hub, which opens every device of it.
 *
 * @param policyName name of the policy
 * @param key        key of the policy
 * @param issuer     makes the tokens
 */
public record PolicyKeySource(String policyName, SharedAccessKey key, TokenIssuer issuer) implements CredentialSource {

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        if (target.service() == Service.DEVICE_PROVISIONING) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, ("Registration [%s]: a shared access policy belongs to a hub and opens no "
                    + "registration; choose Enrollment Group Key, Device Key or a certificate").formatted(target.registrationId()));
        }

        return List.of(KeyCredential.ofPolicy(key, target, policyName, issuer));
    }

    @Override
    public List<Finding> examine(final DeviceIdentity identity) {
        return List.of(Finding.good("Read Key", "Shared access policy [%s] with a key of %d bytes; the policy needs the right DeviceConnect"
                .formatted(policyName, key.length())));
    }

    @Override
    public Optional<String> findWarning() {
        return Optional.of(("The key of shared access policy [%s] opens every device of the hub: who reads it can speak as any of them. "
                + "Use a key or certificate per device, or an enrollment group, outside of tests").formatted(policyName));
    }
}
