/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A shared access signature, to be used as the password of one CONNECT and not kept.
 *
 * @param value      the token: a secret
 * @param expiration when it ends
 */
public record AccessToken(String value, Instant expiration) {

    public AccessToken {
        Objects.requireNonNull(value, "Value required");
        Objects.requireNonNull(expiration, "Expiration required");
    }

    @Override
    public String toString() {
        return "AccessToken[expiration=%s]".formatted(expiration);
    }
}
