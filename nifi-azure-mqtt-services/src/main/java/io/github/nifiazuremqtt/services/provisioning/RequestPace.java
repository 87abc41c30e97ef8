/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import java.util.function.LongSupplier;

/**
 * The rates at which a Device Provisioning Service takes requests, registrations and polls apart (contract section 8.5). A part of them stays free for what
 * else uses the service.
 *
 * @param registrations register requests
 * @param polls         questions how far an operation is
 */
record RequestPace(Pacer registrations, Pacer polls) {

    private static final int PER_MINUTE = 950;

    private static final int BURST = 50;

    static RequestPace of(final LongSupplier nanoTime) {
        return new RequestPace(new Pacer(PER_MINUTE, BURST, nanoTime), new Pacer(PER_MINUTE, BURST, nanoTime));
    }

    Pacer of(final boolean poll) {
        return poll ? polls : registrations;
    }
}
