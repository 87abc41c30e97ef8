/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.method.Methods;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a hub offers to the applications behind it.
 *
 * @param twins twins of devices and modules
 * @param messages cloud-to-device messages
 * @param methods direct methods
 */
public record HubServices(Twins twins, CloudMessages messages, Methods methods) {

    private static final long SWEEP_MILLIS = 20;

    static HubServices of(final IoTHub hub, final Clock clock, final ScheduledExecutorService timer) {
        final HubServices services = new HubServices(new Twins(hub, clock), new CloudMessages(hub, clock), new Methods(hub, timer));
        hub.add(services.twins);
        hub.add(services.messages);
        hub.add(services.methods);
        return services;
    }

    /** Lets the time limits of messages take effect, also when nothing else happens. */
    void watch(final ScheduledExecutorService timer) {
        timer.scheduleWithFixedDelay(messages::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
}
