/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.twin.TwinFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reported properties end as all patches in their order make them, whatever goes wrong on the way.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class UpdateTwinIT {

    private static final int NUMBER = 1_000;

    /** Every so many patches one that the hub refuses. */
    private static final int REFUSED_EVERY = 50;

    private static final double WRONG_SHARE = 0.05;

    private static final long SEED = 20_261_120;

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(3);

    @TempDir
    private Path directory;

    private IoTHubEmulator hub;
    private NiFiInstance nifi;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT);
    }

    @AfterEach
    void stop() {
        nifi.close();
        hub.close();
    }

    @Test
    void testRequestsGoWrong() throws Exception {
        final DeviceFlow flow = DeviceFlow.create(nifi, hub, DEVICE);
        final String updater = flow.add(ProcessorSettings.azure("UpdateTwin").with("Response Timeout", "1 sec").yield("100 ms"));
        final String updated = flow.addQueue(updater, "success");
        final String failed = flow.addQueue(updater, "failure");
        final FoldedSection expected = new FoldedSection();
        report(flow, updater, List.of(fill(expected)));
        final String queue = flow.addLines(patches(expected), updater);
        final AtomicInteger applied = new AtomicInteger();
        hub.twins().addListener(change -> applied.incrementAndGet());
        hub.twins().faults().randomly(SEED, WRONG_SHARE, TwinFault.status(429), TwinFault.status(500), TwinFault.lost(), TwinFault.unanswered(),
                TwinFault.late(Duration.ofMillis(1_500)), TwinFault.late(Duration.ofMillis(200)));

        final long start = System.nanoTime();
        flow.editor().startProcessor(updater);
        flow.monitor().awaitQueued(queue, 0, LIMIT);

        final int refused = NUMBER / REFUSED_EVERY;
        Report.line("seed %d: %d patches, %d refused, applied %d times, %d s", SEED, NUMBER, refused, applied.get(),
                Duration.ofNanos(System.nanoTime() - start).toSeconds());
        assertEquals(NUMBER - refused + 1, flow.monitor().queued(updated));
        assertEquals(refused, flow.monitor().queued(failed));
        assertEquals(expected.properties(), FoldedSection.parse(hub.twins().reported(IdentityKey.device(DEVICE)).toString()));
        assertTrue(applied.get() > NUMBER - refused, "nothing was applied again");
        for (final JsonNode flowFile : flow.monitor().listQueue(failed)) {
            final JsonNode attributes = flowFile.path("attributes");
            assertEquals("400", attributes.path("iothub.status.code").asText());
            assertTrue(attributes.path("iothub.error.body").asText().contains("The section would have a size of"), attributes::toString);
            assertTrue(attributes.path("iothub.failure.reason").asText().contains(DEVICE), attributes::toString);
        }
    }

    /** Applies patches while nothing goes wrong. */
    private static void report(final DeviceFlow flow, final String updater, final List<String> lines) throws Exception {
        final String queue = flow.addLines(lines, updater);
        flow.editor().startProcessor(updater);
        flow.monitor().awaitQueued(queue, 0, LIMIT);
        flow.editor().stopProcessor(updater);
    }

    /** A patch after which there is not much room: what exceeds the section nobody but the hub knows. */
    private static String fill(final FoldedSection expected) {
        final ObjectNode patch = NiFiRest.MAPPER.createObjectNode();
        IntStream.range(0, 6).forEach(index -> patch.put("ballast" + index, "x".repeat(4_000)));
        expected.take(patch.toString(), false);
        return patch.toString();
    }

    /** Lines with a patch each, among them some that the hub refuses. */
    private static List<String> patches(final FoldedSection expected) {
        final RandomPatches patches = new RandomPatches(SEED);
        final List<String> lines = new ArrayList<>();
        for (int index = 0; index < NUMBER; index++) {
            final ObjectNode patch = patches.next(index);
            if (index % REFUSED_EVERY == REFUSED_EVERY - 1) {
                IntStream.range(0, 3).forEach(number -> patch.put("tooMuch" + number, "x".repeat(4_000)));
            } else {
                expected.take(patch.toString(), false);
            }
            lines.add(patch.toString());
        }
        return lines;
    }
}
