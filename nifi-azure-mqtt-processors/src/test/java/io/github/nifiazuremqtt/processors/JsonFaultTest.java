/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.IoTHubException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JsonFaultTest {

    private static final String GOOD = "{\"a\":[1,-2.5e3,\"x\\u00e9\\n\",true,null,{\"b\":{}}],\n \"c\":\"\\\\\",\"d\":[[],[0]]}";

    private static final String ALPHABET = "{}[]\":,'\\ \n\t0159-+.eENafltru/#\u00e9\u0001\uFEFF\ud83d\ude00";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"a\":NaN}              | line 1, column 6: [NaN] is not expected, a value is missing",
        "{\"a\":undefined}        | line 1, column 6: [undefined] is not expected",
        "{\"a\":True}             | line 1, column 6: [True] is not expected",
        "{\"a\":-Infinity}        | line 1, column 6: [-Infinity] is no number of JSON",
        "{\"a\":01}               | line 1, column 6: [01] is no number of JSON",
        "{\"a\":1,5}              | line 1, column 8: [5] is not expected, a name in double quotes is missing",
        "{\"a\":.5}               | line 1, column 6: [.5] is no number of JSON",
        "{'a':1}                  | line 1, column 2: ['] is not expected, a name in double quotes is missing",
        "{a:1}                    | line 1, column 2: [a] is not expected, a name in double quotes is missing",
        "{\"a\" 1}                | line 1, column 6: [1] is not expected, a colon behind the name is missing",
        "{\"a\":1 \"b\":2}        | line 1, column 8: [\"] is not expected, a comma or the end of the object is missing",
        "{\"a\":[1 2]}            | line 1, column 9: [2] is not expected, a comma or the end of the array is missing",
        "{\"a\":1,}               | line 1, column 8: there is a comma with nothing behind it",
        "{\"a\":[1,]}             | line 1, column 9: there is a comma with nothing behind it",
        "{\"a\":1,\"a\":2}        | line 1, column 8: the name [a] is there twice in one object",
        "{\"a\":1,\"\\u0061\":2}  | line 1, column 8: the name [a] is there twice in one object",
        "{\"a\":1} {\"b\":2}      | line 1, column 9: more follows behind the end of the document",
        "{\"a\":1}}               | line 1, column 8: more follows behind the end of the document",
        "{\"a\":                  | line 1, column 6: it ends before it is complete",
        "{\"a                     | line 1, column 2: a text begins here and has no end",
        "{\"a\":\"\\x\"}          | line 1, column 7: [\\x] is no escape",
        "{\"a\":\"C:\\temp\\new\\u12\"} | line 1, column 18: four hexadecimal digits are missing",
        "{\"a\":1} // done        | line 1, column 9: more follows",
        "plain text               | line 1, column 1: [plain] is not expected",
        "<a/>                     | line 1, column 1: [<] is not expected"})
    void testPlaceAndReason(final String json, final String description) {
        assertTrue(describe(json).startsWith("The content is no JSON, " + description), () -> describe(json));
    }

    @Test
    void testLines() {
        assertTrue(describe("{\n  \"\ud83d\ude00\": \"x\",\r\n  \"b\": oops\n}").contains("line 3, column 8: [oops]"));
        assertTrue(describe("{\"a\":\"b\nc\"}").contains("line 1, column 8: a text holds a line break"));
    }

    @Test
    void testNothing() {
        assertEquals("The content is empty where JSON is expected", describe(""));
        assertEquals("The content is empty where JSON is expected", describe(" \n"));
        assertEquals("The content is empty where JSON is expected", describe("\uFEFF"));
    }

    @Test
    void testExcerptsAreShortAndVisible() {
        final String word = describe("{\"a\":%s}".formatted("x".repeat(1_000_000)));
        assertTrue(word.contains("[%s...]".formatted("x".repeat(32))) && word.length() < 300, word);
        final String name = describe("{\"a\u0085\u2028\\n\\u202e\":1,\"a\u0085\u2028\\n\\u202e\":1}");
        assertTrue(name.contains("[aU+0085U+2028U+000AU+202E]"), name);
        assertTrue(describe("{\"a\":\u0007}").contains("[U+0007] is not expected"));
    }

    @Test
    void testTooMuchForTheParser() {
        assertTrue(describe("[".repeat(1_500) + "]".repeat(1_500)).contains("nested deeper than 1000 levels"));
        assertTrue(describe("[%s]".formatted("1".repeat(1_200))).contains("a number has 1200 digits"));
        assertTrue(describe("[1e99999999999]").contains("[1e99999999999] is beyond all numbers"));
        assertTrue(describe("{\"%s\":1}".formatted("n".repeat(50_001))).contains("a name has 50001 characters"));
    }

    /** Whatever the parser refuses has a place and a reason, and none of its words is shown. */
    @Test
    void testEveryRefusalIsExplained() {
        final Random random = new Random(20_261_125);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            final String json = damage(GOOD, random);
            try {
                JsonContent.read(JsonText.decode(json.getBytes(StandardCharsets.UTF_8)));
            } catch (final IoTHubException e) {
                refused++;
                assertTrue(e.getMessage().startsWith("The content is no JSON, line "), () -> e.getMessage() + " in " + json);
                assertFalse(e.getMessage().contains("ALLOW_") || e.getMessage().contains("code 0x") || e.getMessage().contains("Exception"), e.getMessage());
            }
        }
        assertTrue(refused > 10_000, "refused: " + refused);
    }

    private static String damage(final String json, final Random random) {
        final StringBuilder damaged = new StringBuilder(json);
        for (int change = random.nextInt(3); change >= 0; change--) {
            final int place = random.nextInt(damaged.length());
            final int character = ALPHABET.codePointAt(ALPHABET.offsetByCodePoints(0, random.nextInt(ALPHABET.codePointCount(0, ALPHABET.length()))));
            if (random.nextBoolean()) {
                damaged.insert(place, Character.toString(character));
            } else {
                damaged.replace(place, place + 1, random.nextBoolean() ? "" : Character.toString(character));
            }
        }
        return damaged.toString();
    }

    private static String describe(final String json) {
        return assertThrows(IoTHubException.class, () -> JsonContent.read(JsonText.decode(json.getBytes(StandardCharsets.UTF_8)))).getMessage();
    }
}
