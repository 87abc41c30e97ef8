/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import java.time.Duration;
import java.util.Map;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

class RealPublisherTest extends MessagePublisherContract {

    private static final String DEVICE = "press-7";

    /** Long enough to look at a full window, short enough to wait for. */
    private static final Duration HELD = Duration.ofSeconds(3);

    @RegisterExtension
    private final IoTHubEmulatorExtension hub = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    private final TestRunner runner = TestRunners.newTestRunner(PublishToIoTHub.class);

    private IoTHubConnectionService service;

    @Override
    DeviceConnection connect(final int window) throws Exception {
        if (service == null) {
            service = RealServices.enable(runner, hub.emulator(), Map.of("Connection String", hub.emulator().connectionString(DEVICE).text()),
                    Map.of("Maximum Messages In Flight", Integer.toString(window)));
            hub.emulator().faults().of(DEVICE).delayPubacks(HELD);
        }
        final DeviceConnection connection = service.acquire(DeviceIdentity.ofDevice(DEVICE));
        Await.until(() -> connection.getStatus().state() == ConnectionState.CONNECTED);
        return connection;
    }

    @AfterEach
    void disable() {
        runner.disableControllerService(service);
    }

    @Override
    void acknowledge() {
        hub.emulator().faults().clear();
    }

    @Override
    void cut() {
        hub.emulator().faults().dropConnections();
    }
}
