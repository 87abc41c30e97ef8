/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    void testDeathsAfterEachOfWhichOthersGetThroughAreTheVerdictAndClearNeighbours() {
        suspect("bad", "good");
        for (int proof = 0; proof < Suspicion.PROOFS; proof++) {
            assertFalse(suspicion.needsProbe("bad", 0));
            assertEquals(Optional.empty(), close("bad"));
            assertTrue(suspicion.needsProbe("bad", 0));
            suspicion.gotThrough(0);
        }
        assertEquals(Optional.of("bad"), close("bad"));
        assertFalse(suspicion.mustGoAlone("good"));
        assertFalse(suspicion.mustGoAlone("bad"));
    }

    @Test
    void testNothingIsCondemnedWhereNothingGetsThrough() {
        suspect("only");
        for (int death = 0; death < 1_000; death++) {
            assertEquals(Optional.empty(), close("only"));
            assertEquals(Optional.empty(), suspicion.closed(List.of(), true));
        }
        assertTrue(suspicion.mustGoAlone("only"));
    }

    @Test
    void testNothingIsCondemnedOnALineThatEndsBeforeTheSecondAcknowledgment() {
        suspect("good");
        for (int life = 0; life < 1_000; life++) {
            // The connection lives for 2.0 s, an acknowledgment takes 1.9 s: what is sent first gets through, what follows never does.
            if (suspicion.needsProbe("good", 0)) {
                suspicion.gotThrough(0);
            }
            assertEquals(Optional.empty(), suspicion.closed(List.of(sent("good", Duration.ofMillis(1_900))), false));
            assertFalse(suspicion.needsProbe("good", 0));
        }
    }

    @Test
    void testSomethingElseThatDiesBeginsTheCountAnew() {
        suspect("suspect");
        for (int proof = 0; proof < Suspicion.PROOFS; proof++) {
            close("suspect");
            suspicion.gotThrough(0);
        }
        suspicion.closed(List.of(), true);
        assertEquals(Optional.empty(), close("suspect"));
    }

    @Test
    void testOtherMessagesOfTheDeviceAreProofsToo() {
        suspect("bad");
        for (int proof = 0; proof < Suspicion.PROOFS; proof++) {
            assertEquals(Optional.empty(), close("bad"));
            suspicion.acknowledged(sent("other " + proof, Duration.ofMillis(100)));
        }
        assertEquals(Optional.of("bad"), close("bad"));
    }

    @Test
    void testAcknowledgedIsNeverSuspected() {
        suspect("bad", "good");
        suspicion.acknowledged(sent("good", Duration.ZERO));
        assertFalse(suspicion.mustGoAlone("good"));
        assertTrue(suspicion.mustGoAlone("bad"));
    }

    @Test
    void testCloseWithNothingInFlightSaysNothing() {
        assertEquals(Optional.empty(), close());
        assertFalse(suspicion.explains(List.of()));
    }

    /** Lines of every kind, good messages only: which are acknowledged is chance, and the first and the second on a connection have chances of their own. */
    @Test
    void testGoodMessagesOnPoorLinesAreNotCondemned() {
        final Random random = new Random(7);
        int condemned = 0;
        for (int message = 0; message < 20_000; message++) {
            final Suspicion line = new Suspicion(10);
            final double first = 0.1 + 0.8 * random.nextDouble();
            final double second = first * random.nextDouble();
            boolean arrived = false;
            while (!arrived) {
                if (line.needsProbe("good", 0)) {
                    if (random.nextDouble() > first) {
                        line.closed(List.of(), true);
                        continue;
                    }
                    line.gotThrough(0);
                    arrived = random.nextDouble() < second;
                } else {
                    arrived = random.nextDouble() < first;
                }
                if (!arrived && line.closed(List.of(sent("good", Duration.ZERO)), false).isPresent()) {
                    condemned++;
                    arrived = true;
                }
            }
        }
        assertTrue(condemned <= 2, "condemned " + condemned);
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
        return suspicion.closed(Stream.of(inFlight).map(id -> sent(id, Duration.ZERO)).toList(), false);
    }

    private static Suspicion.Sent sent(final String deliveryId, final Duration age) {
        return new Suspicion.Sent(deliveryId, age.toNanos());
    }
}
