/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.nifi.util.MockProcessContext;
import org.junit.jupiter.api.Test;

class IdlePauseTest {

    private final AtomicLong nanos = new AtomicLong();

    private final IdlePause pause = new IdlePause(nanos::get);

    private final MockProcessContext context = new MockProcessContext(new ConsumeC2D());

    @Test
    void testIdleSourceYields() {
        for (int trigger = 0; trigger < 10; trigger++) {
            assertEquals(Duration.ZERO, pause.begin());
            pause.end(context);
            assertTrue(context.isYieldCalled());
            pass(Duration.ofMillis(10));
        }
    }

    @Test
    void testSourceThatWouldYieldForLongWaitsForMoments() {
        idle(IdlePause.LOOKS, Duration.ofSeconds(1));

        assertEquals(IdlePause.MOMENT, pause.begin());
        final MockProcessContext later = new MockProcessContext(new ConsumeC2D());
        pause.end(later);
        assertFalse(later.isYieldCalled());
        assertEquals(IdlePause.MOMENT, pause.begin());
    }

    @Test
    void testBusyMachineIsNoLongYield() {
        idle(IdlePause.LOOKS - 1, Duration.ofSeconds(1));
        idle(1, Duration.ofMillis(10));
        idle(IdlePause.LOOKS - 1, Duration.ofSeconds(1));

        assertEquals(Duration.ZERO, pause.begin());
    }

    private void idle(final int triggers, final Duration yield) {
        for (int trigger = 0; trigger < triggers; trigger++) {
            pause.begin();
            pause.end(context);
            pass(yield);
        }
    }

    private void pass(final Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
