/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PublishWindowTest {

    private final PublishWindow window = new PublishWindow(2);

    private final OpenLine line = new OpenLine(null);

    private final AtomicInteger drained = new AtomicInteger();

    private final List<String> called = new ArrayList<>();

    private final Runnable first = () -> called.add("first");

    private final Runnable second = () -> called.add("second");

    private long epoch;

    @BeforeEach
    void open() {
        window.open(line);
        epoch = window.currentEpoch();
    }

    @Test
    void testLimit() {
        assertSame(line, window.enter(epoch, false, first).orElseThrow());
        assertTrue(enter());
        assertEquals(2, window.inFlight());
        assertFalse(enter());
        window.leave();
        assertTrue(enter());
    }

    @Test
    void testWhoFoundNoRoomIsCalledOnce() {
        enter();
        enter();
        assertTrue(window.enter(epoch, false, first).isEmpty());
        assertTrue(window.enter(epoch, false, second).isEmpty());
        assertTrue(window.enter(epoch, false, first).isEmpty());
        window.leave();
        assertEquals(List.of("first", "second"), called);
        window.leave();
        assertEquals(List.of("first", "second"), called);
    }

    @Test
    void testWhoFoundNoRoomIsCalledWhenASixteenthIsFree() {
        final PublishWindow wide = new PublishWindow(64);
        wide.open(line);
        for (int i = 0; i < 64; i++) {
            assertTrue(wide.enter(wide.currentEpoch(), false, first).isPresent());
        }
        assertTrue(wide.enter(wide.currentEpoch(), false, first).isEmpty());
        for (int i = 0; i < 3; i++) {
            wide.leave();
            assertEquals(List.of(), called);
        }
        wide.leave();
        assertEquals(List.of("first"), called);
    }

    @Test
    void testAloneGoesWithNothingElseInFlightAndHoldsOthersBack() {
        enter();
        assertTrue(window.enter(epoch, true, first).isEmpty());
        assertTrue(window.enter(epoch, false, second).isEmpty());
        window.leave();
        assertEquals(List.of("first", "second"), called);
        assertTrue(window.enter(epoch, true, first).isPresent());
        assertFalse(enter());
        window.leave();
        assertTrue(enter());
        assertTrue(enter());
    }

    @Test
    void testAloneThatNeverComesAgainStopsNobody() {
        enter();
        assertTrue(window.enter(epoch, true, first).isEmpty());
        window.leave();
        assertTrue(enter());
        assertTrue(enter());
    }

    @Test
    void testHoldDrainsAndLetsNobodyIn() {
        enter();
        window.hold(drained::incrementAndGet);
        assertEquals(0, drained.get());
        assertTrue(window.enter(epoch, false, first).isEmpty());
        window.leave();
        assertEquals(1, drained.get());
        assertEquals(List.of(), called);

        final OpenLine next = new OpenLine(null);
        window.open(next);
        assertEquals(List.of("first"), called);
        assertSame(next, window.enter(epoch, false, first).orElseThrow());
        assertEquals(epoch, window.currentEpoch());
    }

    @Test
    void testHoldOfAnEmptyWindowIsDrainedAtOnce() {
        window.hold(drained::incrementAndGet);
        assertEquals(1, drained.get());
    }

    @Test
    void testEndEndsRunsForEver() {
        enter();
        enter();
        assertTrue(window.enter(epoch, false, first).isEmpty());
        window.end(new IoTHubException(FailureCategory.CONNECTION_LOST, "lost"));
        assertEquals(List.of("first"), called);
        assertEquals(FailureCategory.CONNECTION_LOST, assertThrows(IoTHubException.class, this::enter).getCategory());

        window.leave();
        window.leave();
        window.open(new OpenLine(null));
        assertEquals(FailureCategory.CONNECTION_LOST, assertThrows(IoTHubException.class, this::enter).getCategory());
        assertTrue(window.enter(window.currentEpoch(), false, first).isPresent());
    }

    private boolean enter() {
        return window.enter(epoch, false, () -> { }).isPresent();
    }
}
