/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExpirationNoticesTest {

    private static final Instant END = Instant.parse("2030-01-01T00:00:00Z");

    private static final String SOON = "The token ends at 2030-01-01T00:00:00Z: bring a new one before";

    private static final String OVER = "The token ended at 2030-01-01T00:00:00Z: connections are refused until there is a new one";

    private final ExpirationNotices notices = new ExpirationNotices();

    @Test
    void testSpeaksOnceForEachStep() {
        final List<String> sentences = Stream.iterate(END.minus(Duration.ofDays(30)), now -> now.isBefore(END.plusSeconds(7200)), now -> now.plusSeconds(60))
                .flatMap(now -> review(END, now).stream()).toList();
        assertEquals(List.of(SOON, SOON, SOON, OVER), sentences);
    }

    @Test
    void testSpeaksOnceWhenItIsLate() {
        assertEquals(Optional.of(SOON), review(END, END.minusSeconds(1)));
        assertEquals(Optional.empty(), review(END, END.minusSeconds(1)));
        assertEquals(Optional.of(OVER), review(END, END));
    }

    @Test
    void testSilentAfterRenewal() {
        assertTrue(review(END, END.minusSeconds(1)).isPresent());
        assertEquals(Optional.empty(), review(END.plus(Duration.ofDays(90)), END));
    }

    @Test
    void testNear() {
        assertFalse(ExpirationNotices.isNear(END, END.minus(Duration.ofDays(7)).minusSeconds(1)));
        assertTrue(ExpirationNotices.isNear(END, END.minus(Duration.ofDays(7))));
    }

    private Optional<String> review(final Instant end, final Instant now) {
        return notices.review("The token", end, now);
    }
}
