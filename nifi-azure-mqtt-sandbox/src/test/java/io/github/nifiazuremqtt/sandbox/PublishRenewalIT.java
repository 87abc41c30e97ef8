/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Renewals of the token while messages flow: none is lost, none is sent twice.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class PublishRenewalIT {

    private static final int LINES_PER_FILE = 10_000;

    /** So many FlowFiles wait at least, two seconds of work: a gap is then the renewal's and not that of the feed. */
    private static final int BACKLOG = 5_000;

    private static final Duration ROUND_TRIP = Duration.ofMillis(50);

    private static final Map<String, String> WINDOW = Map.of("Maximum Messages In Flight", "100");

    private static final String DEVICE = "dev-001";

    @TempDir
    private Path directory;

    @Test
    void testTenRenewalsUnderLoad() throws Exception {
        publishAcross(10);
    }

    @Test
    @Tag("long")
    void testHundredRenewalsUnderLoad() throws Exception {
        publishAcross(100);
    }

    private void publishAcross(final int renewals) throws Exception {
        try (IoTHubEmulator hub = IoTHubEmulator.builder().device(DEVICE).start();
             NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT.withSystemProperty("io.github.nifiazuremqtt.test.token.lifetime", "PT2S"))) {
            hub.telemetry().keepLast(0);
            hub.faults().everyone().delayPubacks(ROUND_TRIP);
            final IndexLog arrived = new IndexLog();
            final ArrivalTimes times = new ArrivalTimes();
            hub.telemetry().addListener(arrived);
            hub.telemetry().addListener(times);
            final PublishFlow flow = PublishFlow.create(nifi, hub, hub.connectionString(DEVICE), WINDOW, ProcessorSettings.azure("PublishToIoTHub"));
            flow.start();

            int lines = 0;
            while (hub.connections().opened(DEVICE) <= renewals) {
                flow.drop(lines, LINES_PER_FILE, "telemetry");
                lines += LINES_PER_FILE;
                Await.until("the backlog runs down", Duration.ofSeconds(60), () -> flow.isTaken() && flow.queued() < BACKLOG);
            }

            arrived.await(lines, Duration.ofMinutes(1));
            flow.awaitPublished(Duration.ofMinutes(1));
            final List<Long> gaps = times.gapsAround(hub.connections().ends().stream().map(end -> end.time()).toList());
            Report.line("%d renewals, %d messages, %d repeated, gap p50 %d ms, p99 %d ms", hub.connections().opened(DEVICE) - 1, lines, arrived.repeats(),
                    gaps.get(gaps.size() / 2), gaps.get(gaps.size() * 99 / 100));
            assertEquals(lines, arrived.lines());
            assertEquals(0, arrived.repeats());
            assertEquals(0, arrived.overtaken());
            assertEquals(0, flow.failed());
            assertTrue(gaps.size() > renewals / 2, "renewals while messages flowed: " + gaps.size());
        }
    }

    /** When messages arrived. */
    private static final class ArrivalTimes implements Consumer<TelemetryMessage> {

        private final NavigableSet<Instant> times = new ConcurrentSkipListSet<>();

        @Override
        public void accept(final TelemetryMessage message) {
            times.add(message.enqueuedTime());
        }

        /** Milliseconds between the last message before and the first after each of these moments, shortest first, where messages were flowing. */
        List<Long> gapsAround(final List<Instant> moments) {
            return moments.stream().map(this::gapAround).filter(Objects::nonNull).sorted().toList();
        }

        private Long gapAround(final Instant moment) {
            final Instant before = times.floor(moment);
            final Instant after = times.higher(moment);
            return before == null || after == null ? null : Duration.between(before, after).toMillis();
        }
    }
}
