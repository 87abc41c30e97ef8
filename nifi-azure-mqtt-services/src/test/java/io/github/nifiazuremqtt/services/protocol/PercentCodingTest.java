/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentCodingTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "plant A | plant%20A", "t>90 | t%3E90", "a+b | a%2Bb", "50% | 50%25", "ü | %C3%BC", "€ | %E2%82%AC", "😀 | %F0%9F%98%80",
        "2026-03-01T12:00:00.000Z | 2026-03-01T12%3A00%3A00.000Z", "A-Z._~ | A-Z._~", "!'()* | %21%27%28%29%2A", "$.mid | %24.mid"
    })
    void testEncode(final String text, final String encoded) {
        assertEquals(encoded, PercentCoding.encode(text));
        assertEquals(text, PercentCoding.decode(encoded));
    }

    @Test
    void testUnreservedIsNotCopied() {
        final String text = "tag-1.value_2~";
        assertSame(text, PercentCoding.encode(text));
        assertSame(text, PercentCoding.decode(text));
    }

    @Test
    void testRoundTripAgreesWithJdk() {
        final RandomText texts = new RandomText(1);
        for (int run = 0; run < 20_000; run++) {
            assertRoundTrip(texts.next(40));
        }

        RandomText.NASTY.forEach(PercentCodingTest::assertRoundTrip);
    }

    @Test
    void testPlusIsNoSpaceAndLowerCaseHexadecimalIsRead() {
        assertEquals("a+b/c", PercentCoding.decode("a+b%2fc"));
    }

    @Test
    void testRawUnicodeIsKept() {
        assertEquals("ü %ü", PercentCoding.decode("ü%20%25%c3%bc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%2", "%zz", "%-1", "%+1", "%1g", "a%%20", "%\uFF11\uFF12"})
    void testDecodeRefusesBadEscape(final String text) {
        final WireFormatException e = assertThrows(WireFormatException.class, () -> PercentCoding.decode(text));
        assertEquals("Percent sign at position %d is not followed by two hexadecimal digits".formatted(text.indexOf('%')), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%FF", "%C3", "%C3x%BC", "%ED%A0%80", "%C0%80", "%F5%80%80%80"})
    void testDecodeRefusesBadUtf8(final String text) {
        assertThrows(WireFormatException.class, () -> PercentCoding.decode(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\uD83D", "\uDE00b", "\uDE00\uD83D"})
    void testEncodeRefusesHalfSurrogatePair(final String text) {
        assertThrows(WireFormatException.class, () -> PercentCoding.encode(text));
    }

    private static void assertRoundTrip(final String text) {
        final String encoded = PercentCoding.encode(text);
        assertEquals(URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~"), encoded);
        assertEquals(text, PercentCoding.decode(encoded));
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, PercentCoding.countBytes(text));
    }
}
