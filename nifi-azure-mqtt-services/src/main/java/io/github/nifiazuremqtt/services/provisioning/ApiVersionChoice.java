/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.services.protocol.ProvisioningApiVersion;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * With which API version the service is asked. A service that does not know the newer one refuses it as it refuses credentials: only a device that is refused
 * with the newer and answered with the older one tells the two apart. What one device has found out holds for all. Used on the thread of the registrar only.
 */
final class ApiVersionChoice {

    /** After this time the newer version is tried again: without it nobody learns that a hub speaks another protocol. */
    private static final Duration CLASSIC_TIME = Duration.ofHours(1);

    private final LongSupplier nanoTime;

    private boolean newerAnswered;

    private boolean classic;

    private long classicSince;

    ApiVersionChoice(final LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    ProvisioningApiVersion current() {
        classic = classic && nanoTime.getAsLong() - classicSince < CLASSIC_TIME.toNanos();
        return classic ? ProvisioningApiVersion.CLASSIC : ProvisioningApiVersion.WITH_CONNECTION_PROFILE;
    }

    /**
     * @return true if a refusal under this version can mean the version itself
     */
    boolean isDoubtful(final ProvisioningApiVersion version) {
        return version == ProvisioningApiVersion.WITH_CONNECTION_PROFILE && !newerAnswered;
    }

    /**
     * The service has answered a request to register under this version.
     */
    void answered(final ProvisioningApiVersion version) {
        if (version == ProvisioningApiVersion.WITH_CONNECTION_PROFILE) {
            newerAnswered = true;
            classic = false;
        } else if (!newerAnswered && !classic) {
            classic = true;
            classicSince = nanoTime.getAsLong();
        }
    }
}
