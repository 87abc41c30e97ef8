/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connects, publishes, reads the twin and disconnects. */
public final class OneConnection {

    static final String DEVICE = "pump-7";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private OneConnection() {
    }

    public static void use(final IoTHubEmulator emulator) throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator, new EmulatedKeys(emulator), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            Publishing.publish(connection.openPublisher(), ConnectedHub.message("1")).get(30, TimeUnit.SECONDS);
            connection.getTwin(TIMEOUT).get(30, TimeUnit.SECONDS);
        }
    }
}
