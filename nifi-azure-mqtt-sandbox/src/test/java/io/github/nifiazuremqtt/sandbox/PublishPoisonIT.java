/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One message on which the hub closes the connection does not stop the thousands around it.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class PublishPoisonIT {

    private static final int NUMBER = 5_000;

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    private Path directory;

    @Test
    void testOneRefusedMessageAmongFiveThousand() throws Exception {
        try (IoTHubEmulator hub = IoTHubEmulator.builder().device(DEVICE).start();
             NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT)) {
            hub.faults().everyone().delayPubacks(Duration.ofMillis(50));
            final IndexLog arrived = new IndexLog();
            hub.telemetry().addListener(arrived);
            final PublishFlow flow = PublishFlow.create(nifi, hub, hub.connectionString(DEVICE));
            flow.feed(0, NUMBER, "good");
            flow.start();
            final long started = System.nanoTime();
            arrived.await(NUMBER, LIMIT);
            final long clean = System.nanoTime() - started;
            flow.awaitPublished(LIMIT);
            flow.stop();

            hub.faults().everyone().poison(message -> message.text().endsWith("poison"));
            flow.feed(NUMBER, NUMBER / 2, "good");
            flow.feed(NUMBER * 3 / 2, 1, "poison");
            flow.feed(NUMBER * 3 / 2 + 1, NUMBER / 2, "good");
            final long again = System.nanoTime();
            flow.start();
            arrived.await(NUMBER * 2, LIMIT);
            flow.awaitPublished(LIMIT);
            final long poisoned = System.nanoTime() - again;

            final JsonNode refused = nifi.client().monitor().listQueue(flow.failures()).getFirst();
            final String reason = refused.path("attributes").path("iothub.failure.reason").asText();
            Report.line("5,000 messages in %.1f s, with one that is refused in %.1f s and %d connections, %d repeated; reason: %s",
                    clean / 1e9, poisoned / 1e9, hub.connections().opened(DEVICE), arrived.repeats(), reason);
            assertEquals(1, flow.failed());
            assertEquals(NUMBER * 2, arrived.lines());
            assertEquals(0, arrived.overtaken());
            assertTrue(reason.contains("[" + DEVICE + "]"), reason);
        }
    }
}
