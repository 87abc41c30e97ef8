/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.concurrent.CompletableFuture;

class FakePublisherTest extends MessagePublisherContract {

    private final FakeDevice device = new FakeDevice(DeviceIdentity.ofDevice("press-7"));

    @Override
    DeviceConnection connect(final int window) {
        device.setWindow(window);
        device.holdAcknowledgments();
        return device.lease();
    }

    @Override
    void acknowledge() {
        device.setAcknowledgment(message -> CompletableFuture.completedFuture(null));
        device.acknowledgePending();
    }

    @Override
    void cut() {
        device.cut();
    }
}
