/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A queue so long that NiFi has swapped a part of it out: what it gets back it puts behind that part.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PublishSwapIT {

    private static final String DEVICE = "press-7";

    /** Twice of what NiFi keeps in memory. */
    private static final int NUMBER = 40_000;

    private static final int CUTS = 3;

    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path directory;

    private IoTHubEmulator hub;

    private NiFiInstance nifi;

    private PublishFlow flow;

    private IndexLog arrived;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        hub.telemetry().keepLast(0);
        arrived = new IndexLog();
        hub.telemetry().addListener(arrived);
        nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT);
        flow = PublishFlow.create(nifi, hub, hub.connectionString(DEVICE));
        flow.feed(0, NUMBER, "degrees");
    }

    @AfterEach
    void stop() {
        nifi.close();
        hub.close();
    }

    @Test
    void testHubKilledThreeTimesKeepsTheOrder() throws Exception {
        hub.faults().everyone().delayPubacks(Duration.ofMillis(50));
        flow.start();
        for (int cut = 1; cut <= CUTS; cut++) {
            arrived.await(cut * NUMBER / 10, LIMIT);
            hub.faults().goAway(Duration.ofSeconds(1));
        }

        arrived.await(NUMBER, LIMIT);
        flow.awaitPublished(LIMIT);
        Report.line("%d queued, hub away %d times: %d repeated, %d overtaken", NUMBER, CUTS, arrived.repeats(), arrived.overtaken());
        assertEquals(NUMBER, arrived.lines());
        assertEquals(0, arrived.repeatsUnderAnotherId());
        assertEquals(0, arrived.overtaken());
        assertTrue(arrived.repeats() > 0);
        assertEquals(0, flow.failed());
    }
}
