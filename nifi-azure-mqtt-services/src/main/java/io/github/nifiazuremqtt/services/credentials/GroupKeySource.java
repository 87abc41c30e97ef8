/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.List;

/**
 * The key of an enrollment group, from which the key of each device is derived in memory.
 *
 * @param groupKey key of the group
 * @param issuer   makes the tokens
 */
public record GroupKeySource(SharedAccessKey groupKey, TokenIssuer issuer) implements CredentialSource {

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        final String registrationId = target.registrationId();
        final String label = "key derived from the group key for [%s]".formatted(registrationId);
        final String refusalHint = "The key was derived for [%s] and its upper and lower case; if it is a device's own, choose the strategy Device Key"
                .formatted(registrationId);
        return List.of(KeyCredential.of(label, refusalHint, groupKey.derive(registrationId), target, issuer));
    }

    @Override
    public List<Finding> examine(final DeviceIdentity identity) {
        return List.of(Finding.good("Read Key", ("An enrollment group key of %d bytes; the key of each device is derived from it and the registration id as it "
                + "is typed").formatted(groupKey.length())));
    }
}
