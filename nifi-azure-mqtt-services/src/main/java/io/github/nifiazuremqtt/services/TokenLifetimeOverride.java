/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import java.time.Duration;

/**
 * For tests only: a JVM system property with an ISO 8601 duration ({@code PT20S}) that replaces the configured token lifetime, so that renewals happen within
 * seconds. It is read when a service is enabled.
 */
final class TokenLifetimeOverride {

    static final String PROPERTY = "io.github.nifiazuremqtt.test.token.lifetime";

    private TokenLifetimeOverride() {
    }

    static Duration apply(final Duration configured) {
        final String override = System.getProperty(PROPERTY);
        return override == null ? configured : Duration.parse(override);
    }
}
