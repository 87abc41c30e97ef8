/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.services.protocol.SasResource;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

/**
 * Makes tokens that end a fixed time after they are made.
 *
 * @param clock    the device's clock; IoT Hub tolerates five minutes of difference to its own
 * @param lifetime how long a token is good
 */
public record TokenIssuer(Clock clock, Duration lifetime) {

    public TokenIssuer {
        Objects.requireNonNull(clock, "Clock required");
        Objects.requireNonNull(lifetime, "Lifetime required");
    }

    /**
     * @param policyName as for {@link SharedAccessSignature#of}
     */
    AccessToken issue(final SharedAccessKey key, final SasResource resource, final String policyName) {
        final long expiration = clock.instant().plus(lifetime).getEpochSecond();
        final SharedAccessSignature signature = key.sign(resource, expiration, policyName);
        return new AccessToken(signature.text(), signature.expiration());
    }
}
