/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ExpirationWatchTest {

    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    private final List<String> warnings = new ArrayList<>();

    private final ManualTime time = new ManualTime();

    @Test
    void testSpeaksSevenDaysOneDayOneHourBeforeAndAtTheEnd() {
        startAt(END.minus(Duration.ofDays(30)));
        assertEquals(List.of(), warnings);
        assertEquals(List.of("2029-12-25T00:00:00.001Z", "2029-12-31T00:00:00.001Z", "2029-12-31T23:00:00.001Z", "2030-01-01T00:00:00.001Z"), time.runAll());
        assertEquals(List.of("The token ends at 2030-01-01T00:00:00Z: bring a new one before", "The token ends at 2030-01-01T00:00:00Z: bring a new one before",
                "The token ends at 2030-01-01T00:00:00Z: bring a new one before",
                "The token ended at 2030-01-01T00:00:00Z: connections are refused until a new one is set"), warnings);
    }

    @Test
    void testSpeaksAtOnceWhenTheEndIsNear() {
        startAt(END.minus(Duration.ofHours(2)));
        assertEquals(1, warnings.size());
        assertEquals(2, time.runAll().size());
        assertEquals(3, warnings.size());
    }

    @Test
    void testSpeaksOnceWhenItIsOver() {
        startAt(END.plusSeconds(1));
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().contains("ended at"));
        assertEquals(List.of(), time.runAll());
    }

    private void startAt(final Instant start) {
        time.now = start;
        new ExpirationWatch("The token", END, time, warnings::add).start(time.scheduler);
    }

    /** A clock and a scheduler that move only when told to. */
    private static final class ManualTime extends Clock {

        private final List<Planned> planned = new ArrayList<>();

        private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(0) {

            @Override
            public ScheduledFuture<?> schedule(final Runnable command, final long delay, final TimeUnit unit) {
                planned.add(new Planned(now.plusMillis(unit.toMillis(delay)), command));
                return null;
            }
        };

        private Instant now;

        List<String> runAll() {
            planned.sort(Comparator.comparing(Planned::moment));
            return planned.stream().map(plan -> {
                now = plan.moment();
                plan.command().run();
                return now.toString();
            }).toList();
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(final ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    private record Planned(Instant moment, Runnable command) {
    }
}
