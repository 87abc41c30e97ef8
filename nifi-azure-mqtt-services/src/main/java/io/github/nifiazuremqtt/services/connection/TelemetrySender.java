/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.DeviceTopics;

/**
 * What the runs of one device share.
 */
final class TelemetrySender {

    /** Suspects beyond one window come from runs that were given up. */
    private static final int SUSPECTS_PER_WINDOW = 2;

    private final DeviceIdentity identity;

    private final DeviceTopics topics;

    private final PublishWindow window;

    private final Suspicion suspicion;

    private final Runnable hubAnswered;

    private final Runnable hubProbed;

    private final Runnable acknowledgmentsMissing;

    /**
     * @param hubAnswered            run whenever the hub has acknowledged a message
     * @param hubProbed              run when it has acknowledged what was tried before a suspect
     * @param acknowledgmentsMissing run when a caller has given up waiting
     */
    TelemetrySender(final DeviceIdentity identity, final int windowLimit, final Runnable hubAnswered, final Runnable hubProbed,
                    final Runnable acknowledgmentsMissing) {
        this.identity = identity;
        this.hubAnswered = hubAnswered;
        this.hubProbed = hubProbed;
        this.acknowledgmentsMissing = acknowledgmentsMissing;
        topics = DeviceTopics.of(identity);
        window = new PublishWindow(windowLimit);
        suspicion = new Suspicion(windowLimit * SUSPECTS_PER_WINDOW);
    }

    PublishRun openRun() {
        return new PublishRun(this, window.currentEpoch());
    }

    void acknowledged(final InFlightMessage message) {
        suspicion.acknowledged(message.toSent());
        hubAnswered.run();
    }

    /**
     * @param sentAgeNanos age of the connection when the probe was sent
     */
    void probed(final long sentAgeNanos) {
        suspicion.gotThrough(sentAgeNanos);
        hubProbed.run();
    }

    void acknowledgmentsMissing() {
        acknowledgmentsMissing.run();
    }

    DeviceIdentity identity() {
        return identity;
    }

    DeviceTopics topics() {
        return topics;
    }

    PublishWindow window() {
        return window;
    }

    Suspicion suspicion() {
        return suspicion;
    }
}
