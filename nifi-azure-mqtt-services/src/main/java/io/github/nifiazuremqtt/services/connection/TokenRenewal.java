/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * When a connection is made anew because its token ends: MQTT cannot renew in place (contract section 2.5).
 */
final class TokenRenewal {

    private static final double USED_LIFE = 0.8;

    /** Devices that connected together do not renew together. */
    private static final double JITTER = 0.05;

    private TokenRenewal() {
    }

    static Duration delay(final Instant now, final Instant expiration, final DoubleSupplier random) {
        final double used = USED_LIFE + JITTER * random.getAsDouble();
        return Duration.ofMillis(Math.max(0, Math.round(Duration.between(now, expiration).toMillis() * used)));
    }
}
