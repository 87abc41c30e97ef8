/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Instant;

/**
 * A session of the device pump-7 that counts how often it was to be replaced.
 */
final class FakeSource implements SessionSource {

    private int replaced;

    @Override
    public String hostName() {
        return "localhost";
    }

    @Override
    public String endpointUri() {
        return "mqtts://localhost/devices/pump-7";
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public void replace() {
        replaced++;
    }

    int replaced() {
        return replaced;
    }
}
