/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DesiredFeedTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("pump-7");

    private final DesiredInbox inbox = new DesiredInbox(10, closed -> { }, Map::of);

    /** Without a connection below, as long as nothing is read. */
    private final DesiredFeed feed = new DesiredFeed(DEVICE, null, inbox, null, null, null);

    @Test
    void testChangeBeforeTheWholeSectionSaysNothing() throws Exception {
        feed.changed(new DesiredPropertiesUpdate(DEVICE, "localhost", "mqtts://localhost/devices/pump-7", 103, false,
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8)));

        assertEquals(List.of(), inbox.poll(1, Duration.ZERO));
    }
}
