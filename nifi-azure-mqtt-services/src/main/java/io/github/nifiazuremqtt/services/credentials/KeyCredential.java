/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.services.protocol.SasResource;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Proves an identity with tokens signed by a key.
 */
final class KeyCredential implements DeviceCredential {

    private static final String REGISTRATION_POLICY = "registration";

    private final String label;

    private final String refusalHint;

    private final SharedAccessKey key;

    private final SasResource resource;

    private final String policyName;

    private final TokenIssuer issuer;

    private KeyCredential(final String label, final String refusalHint, final SharedAccessKey key, final SasResource resource, final String policyName,
                          final TokenIssuer issuer) {
        this.label = label;
        this.refusalHint = refusalHint;
        this.key = key;
        this.resource = resource;
        this.policyName = policyName;
        this.issuer = issuer;
    }

    /**
     * @param key key of the device or module, or of its registration
     */
    static KeyCredential of(final String label, final String refusalHint, final SharedAccessKey key, final CredentialTarget target, final TokenIssuer issuer) {
        return switch (target.service()) {
            case IOT_HUB -> new KeyCredential(label, refusalHint, key, SasResource.identity(target.authority(), target.identity()), null, issuer);
            case DEVICE_PROVISIONING -> new KeyCredential(label, refusalHint, key, SasResource.registration(target.authority(), target.registrationId()),
                    REGISTRATION_POLICY, issuer);
        };
    }

    /**
     * @param key        key of the policy
     * @param policyName name of the policy, which must have the right DeviceConnect
     */
    static KeyCredential ofPolicy(final SharedAccessKey key, final CredentialTarget target, final String policyName, final TokenIssuer issuer) {
        return new KeyCredential("shared access policy [%s]".formatted(policyName), "Policy [%s] needs the right DeviceConnect, and the key must be its own"
                .formatted(policyName), key, SasResource.identity(target.authority(), target.identity()), policyName, issuer);
    }

    @Override
    public String getLabel() {
        return label;
    }

    @Override
    public Optional<AccessToken> createAccessToken() {
        return Optional.of(issuer.issue(key, resource, policyName));
    }

    @Override
    public Optional<X509ExtendedKeyManager> findKeyManager() {
        return Optional.empty();
    }

    @Override
    public Optional<String> findRefusalHint() {
        return Optional.of(refusalHint);
    }

    @Override
    public String toString() {
        return "KeyCredential[%s]".formatted(label);
    }
}
