/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacerTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Near the overflow, where monotonic time may start. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - MINUTE.toNanos());

    private final Pacer pacer = new Pacer(100, 10, now::get);

    @Test
    void testReserveBurstThenEvenly() {
        for (int turn = 0; turn < 10; turn++) {
            assertEquals(Duration.ZERO, pacer.reserve());
        }

        final Duration first = pacer.reserve();
        assertEquals(Math.ceilDiv(MINUTE.toNanos(), 90), first.toNanos());
        assertEquals(first.multipliedBy(2), pacer.reserve());
    }

    @Test
    void testReserveNeverMoreThanAllowedInAnyMinute() {
        final List<Long> turns = new ArrayList<>();
        now.addAndGet(MINUTE.toNanos());
        for (int turn = 0; turn < 500; turn++) {
            final Duration wait = pacer.reserve();
            now.addAndGet(wait.toNanos());
            turns.add(now.get());
            if (turn == 200) {
                now.addAndGet(MINUTE.toNanos());
            }
        }

        for (int turn = 0; turn + 100 < turns.size(); turn++) {
            assertTrue(turns.get(turn + 100) - turns.get(turn) >= MINUTE.toNanos());
        }
    }

    @Test
    void testReserveFillsUpAgain() {
        for (int turn = 0; turn < 20; turn++) {
            pacer.reserve();
        }
        now.addAndGet(MINUTE.toNanos());

        for (int turn = 0; turn < 10; turn++) {
            assertEquals(Duration.ZERO, pacer.reserve());
        }
        assertTrue(pacer.reserve().isPositive());
    }

    @Test
    void testPauseHoldsBackAllTurns() {
        pacer.pause(Duration.ofSeconds(30));
        pacer.pause(Duration.ofSeconds(5));

        assertEquals(Duration.ofSeconds(30), pacer.reserve());
        assertTrue(pacer.reserve().compareTo(Duration.ofSeconds(30)) > 0);
    }

    @Test
    void testBurstOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new Pacer(10, 10, now::get));
        assertThrows(IllegalArgumentException.class, () -> new Pacer(10, 0, now::get));
    }
}
