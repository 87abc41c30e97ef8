/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuspicionTest {

    private final Suspicion suspicion = new Suspicion(100);

    @Test
    void testThirdCloseMakesASuspect() {
        close("bad", "good");
        close("bad", "good");
        assertFalse(suspicion.mustGoAlone("bad"));
        close("bad", "good");
        assertTrue(suspicion.mustGoAlone("bad"));
        assertTrue(suspicion.mustGoAlone("good"));
        assertFalse(suspicion.mustGoAlone("other"));
        assertTrue(suspicion.explains(List.of("other", "bad")));
    }

    @Test
    void testSecondDeathAloneIsTheVerdictAndClearsNeighbours() {
        suspect("bad", "good");
        assertFalse(suspicion.needsProbe("bad"));
        assertEquals(Optional.empty(), close("bad"));
        assertTrue(suspicion.mustGoAlone("bad"));
        assertTrue(suspicion.needsProbe("bad"));
        assertEquals(Optional.of("bad"), close("bad"));
        assertFalse(suspicion.mustGoAlone("good"));
        assertFalse(suspicion.mustGoAlone("bad"));
    }

    @Test
    void testAcknowledgedIsNeverSuspected() {
        suspect("bad", "good");
        suspicion.acknowledged("good");
        assertFalse(suspicion.mustGoAlone("good"));
        assertTrue(suspicion.mustGoAlone("bad"));
    }

    @Test
    void testCloseWithNothingInFlightSaysNothing() {
        assertEquals(Optional.empty(), close());
        assertFalse(suspicion.explains(List.of()));
    }

    @Test
    void testMessageAloneByChanceIsCountedLikeOthers() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Optional.empty(), close("only"));
        }
        assertEquals(Optional.empty(), close("only"));
        assertEquals(Optional.of("only"), close("only"));
    }

    @Test
    void testMemoryIsBoundedOldestForgotten() {
        suspect("forgotten");
        final String[] many = IntStream.range(0, 100).mapToObj(Integer::toString).toArray(String[]::new);
        suspect(many);
        assertFalse(suspicion.mustGoAlone("forgotten"));
        assertTrue(suspicion.mustGoAlone("0"));
    }

    private void suspect(final String... inFlight) {
        for (int i = 0; i < 3; i++) {
            close(inFlight);
        }
    }

    private Optional<String> close(final String... inFlight) {
        return suspicion.closed(List.of(inFlight));
    }
}
