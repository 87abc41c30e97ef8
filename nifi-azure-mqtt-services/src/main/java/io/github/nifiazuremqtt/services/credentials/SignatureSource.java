/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.DeviceIdentity;
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
 */
public final class SignatureSource implements CredentialSource {

    private final SharedAccessSignature signature;

    private final Clock clock;

    private final ExpirationNotices notices = new ExpirationNotices();

    /**
     * @param signature token
     * @param clock     tells whether it has ended
     */
    public SignatureSource(final SharedAccessSignature signature, final Clock clock) {
        this.signature = signature;
        this.clock = clock;
    }

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
    public List<Finding> examine(final DeviceIdentity identity) {
        final Finding token = Finding.good("Read Token", "Shared access signature for [%s]%s".formatted(signature.resource(),
                signature.findPolicyName().map(" by policy [%s]"::formatted).orElse("")));
        final Instant now = clock.instant();
        final String step = "Check Expiration";
        return List.of(token, now.isBefore(signature.expiration())
                ? Finding.good(step, "Good until %s, and the clock of this node shows %s".formatted(signature.expiration(), now))
                : Finding.failed(step, "Ended at %s, and the clock of this node shows %s: make a new one and set it, or set the clock"
                        .formatted(signature.expiration(), now)));
    }

    @Override
    public boolean endsByItself() {
        return true;
    }

    @Override
    public List<String> reviewExpirations() {
        return notices.review("The shared access signature for [%s]".formatted(signature.resource()), signature.expiration(), clock.instant())
                .stream().toList();
    }

    @Override
    public Optional<ConnectionDetails> findConnectionDetails() {
        return signature.findIdentity().map(identity -> new ConnectionDetails(signature.findHostName().orElseThrow(), identity, null));
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
