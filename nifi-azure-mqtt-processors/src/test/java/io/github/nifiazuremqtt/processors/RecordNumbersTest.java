/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordNumbersTest {

    @ParameterizedTest
    @ValueSource(strings = {"1", "1-500", "1-500 503", "2 4 6-9"})
    void testRoundTrip(final String text) {
        assertEquals(text, RecordNumbers.parse(text).toString());
    }

    @Test
    void testAddJoinsRanges() {
        final RecordNumbers numbers = RecordNumbers.parse("1-3 5-6");
        numbers.add(4);
        numbers.add(8);

        assertEquals("1-6 8", numbers.toString());
        assertEquals(7, numbers.size());
        assertTrue(numbers.contains(6));
        assertFalse(numbers.contains(7));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "x", "1-", "-1", "1,2", "12345678901"})
    void testUnreadableIsNone(final String text) {
        assertEquals(0, RecordNumbers.parse(text).size());
    }
}
