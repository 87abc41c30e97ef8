/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconnectDelayTest {

    @Test
    void testDoublesUpToMaximum() {
        final ReconnectDelay delay = new ReconnectDelay(Duration.ofSeconds(10), () -> 1);
        final List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            seconds.add(delay.next().toSeconds());
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 10L, 10L), seconds);
        delay.reset();
        assertEquals(Duration.ofSeconds(1), delay.next());
    }

    @Test
    void testFullJitter() {
        assertEquals(Duration.ZERO, new ReconnectDelay(Duration.ofSeconds(10), () -> 0).next());
        assertEquals(Duration.ofMillis(500), new ReconnectDelay(Duration.ofSeconds(10), () -> 0.5).next());
    }

    @Test
    void testLongDelayIsMinutesOrTheMaximum() {
        assertEquals(Duration.ofMinutes(2), new ReconnectDelay(Duration.ofSeconds(10), () -> 0).nextLong());
        assertEquals(Duration.ofMinutes(5), new ReconnectDelay(Duration.ofMinutes(5), () -> 0).nextLong());
        assertEquals(Duration.ofSeconds(144), new ReconnectDelay(Duration.ofSeconds(10), () -> 1).nextLong());
    }

    @Test
    void testLocalDelayIsAMinuteAtMost() {
        assertEquals(Duration.ofSeconds(60), new ReconnectDelay(Duration.ofHours(1), () -> 0).nextLocal());
        assertEquals(Duration.ofSeconds(48), new ReconnectDelay(Duration.ofSeconds(10), () -> 1).nextLocal());
    }

    @Test
    void testManyAttemptsDoNotOverflow() {
        final ReconnectDelay delay = new ReconnectDelay(Duration.ofHours(1), () -> 1);
        for (int i = 0; i < 1_000; i++) {
            delay.next();
        }
        assertEquals(Duration.ofHours(1), delay.next());
    }
}
