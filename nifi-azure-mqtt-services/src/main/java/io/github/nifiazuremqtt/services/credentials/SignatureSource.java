/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A token that was made elsewhere and is used until it ends.
 *
 * @param signature token
 * @param clock     tells whether it has ended
 */
public record SignatureSource(SharedAccessSignature signature, Clock clock) implements CredentialSource {

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        final boolean covered = switch (target.service()) {
            case IOT_HUB -> signature.covers(target.authority(), target.identity());
            case DEVICE_PROVISIONING -> signature.coversRegistration(target.authority(), target.registrationId());
        };
        if (!covered) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "Shared access signature is for [%s] and not for %s: make one for it"
                    .formatted(signature.resource(), describe(target)));
        }
        if (!clock.instant().isBefore(signature.expiration())) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "Shared access signature for [%s] ended at %s: make a new one and set it"
                    .formatted(signature.resource(), signature.expiration()));
        }

        return List.of(new SignatureCredential(signature));
    }

    @Override
    public String describe() {
        return "Shared access signature for [%s]%s, good until %s".formatted(signature.resource(),
                signature.findPolicyName().map(" by policy [%s]"::formatted).orElse(""), signature.expiration());
    }

    @Override
    public Optional<Instant> findExpiration() {
        return Optional.of(signature.expiration());
    }

    private static String describe(final CredentialTarget target) {
        return target.findIdentity().map(identity -> "device [%s] at hub [%s]".formatted(identity, target.authority()))
                .orElseGet(() -> "registration [%s] in ID scope [%s]".formatted(target.registrationId(), target.authority()));
    }

    private record SignatureCredential(SharedAccessSignature signature) implements DeviceCredential {

        @Override
        public String getLabel() {
            return "shared access signature good until %s".formatted(signature.expiration());
        }

        @Override
        public Optional<AccessToken> createAccessToken() {
            return Optional.of(new AccessToken(signature.text(), signature.expiration()));
        }

        @Override
        public Optional<X509ExtendedKeyManager> findKeyManager() {
            return Optional.empty();
        }

        @Override
        public Optional<String> findRefusalHint() {
            return Optional.of("The token was made elsewhere for [%s]%s: is the key that signed it still that of the device?".formatted(signature.resource(),
                    signature.findPolicyName().map(" by policy [%s]"::formatted).orElse("")));
        }
    }
}
