/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.List;
import java.util.Optional;

/**
 * The key of one device, module or individual enrollment, and perhaps its second key.
 *
 * @param primary   preferred key
 * @param secondary key to try when the preferred one is refused, or null
 * @param issuer    makes the tokens
 */
public record DeviceKeySource(SharedAccessKey primary, SharedAccessKey secondary, TokenIssuer issuer) implements CredentialSource {

    private static final String REFUSAL_HINT = "If the key is that of an enrollment group, choose the strategy Enrollment Group Key";

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        final DeviceCredential preferred = KeyCredential.of("primary key", REFUSAL_HINT, primary, target, issuer);
        return secondary == null ? List.of(preferred)
                : List.of(preferred, KeyCredential.of("secondary key", REFUSAL_HINT, secondary, target, issuer));
    }

    @Override
    public List<Finding> examine(final DeviceIdentity identity) {
        return List.of(Finding.good("Read Key", secondary == null ? "One key of %d bytes".formatted(primary.length())
                : "A primary key of %d and a secondary key of %d bytes".formatted(primary.length(), secondary.length())));
    }

    @Override
    public Optional<String> findWarning() {
        return secondary != null && primary.isSameAs(secondary)
                ? Optional.of("Secondary Device Key is the same as Device Key, so it is no help while keys are changed") : Optional.empty();
    }
}
