/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportedPatchRulesTest {

    private static final Pattern REPEATED = Pattern.compile("<(\\d+) (.)>");

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":null}", "{\"a\":{\"b\":[1,{\"c\":true}]}}", "{\"a\":4503599627370495,\"b\":-4503599627370496,\"c\":1e300}",
        "{\"\u6c34-_:/\":\"$. \"}", "{\"thermostat\":{\"__t\":\"c\"}}"})
    void testGoodPatch(final String json) {
        check(json);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{\"a\":{\"b.c\":1}}                | [a.b.c] has a key with a dot",
        "{\"a\":[0,{\"$b\":1}]}             | [a[1].$b] has a key with a dot",
        "{\"a b\":1}                        | [a b] has a key with a dot",
        "{\"$version\":1}                   | [$version] cannot be reported",
        "{\"a\":4503599627370496}           | [a] is an integer outside",
        "{\"a\":{\"b\":-4503599627370497}}  | [a.b] is an integer outside",
        "{\"a\":[null]}                      | [a[0]] is null, and nothing in an array",
        "{\"a\":[0,[null]]}                  | [a[1][0]] is null, and nothing in an array",
        "{\"a\":[{\"b\":null}]}              | [a[0].b] is null, and nothing in an array",
        "{\"a\":{\"b\":[{\"c\":{\"d\":null}}]}} | [a.b[0].c.d] is null, and nothing in an array",
        "{\"a\":\"\\ud83d\"}                | [a] has an escape for half of a character",
        "{\"\\ude00\":1}                    | a name holds an escape for half of a character",
        "{\"a\":1e400}                      | [a] is a number beyond 1.8e308",
        "[1]                                | The content is not a JSON object",
        "{\"a\":1,\"a\":2}                  | The content is no JSON",
        "{\"a\":1} x                        | The content is no JSON",
        "{\"a\":                            | The content is no JSON"
    })
    void testBadPatch(final String json, final String reason) {
        assertInvalid(json, reason);
    }

    /** The table that the emulator is held against too. */
    private static Stream<String> patches() throws IOException {
        try (InputStream table = ReportedPatchRulesTest.class.getResourceAsStream("/twin-patches.txt")) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("patches")
    void testTable(final String line) {
        final int end = line.indexOf(' ');
        final String json = REPEATED.matcher(end < 0 ? "" : line.substring(end + 1))
                .replaceAll(repeated -> repeated.group(2).repeat(Integer.parseInt(repeated.group(1))));
        if (line.startsWith("accepted")) {
            check(json);
        } else {
            assertInvalid(json, "");
        }
    }

    @Test
    void testDepth() {
        check(nested(10));
        assertInvalid(nested(11), "[%s] is nested deeper than 10 levels".formatted("a.".repeat(10) + "a"));
    }

    @Test
    void testKeySize() {
        check("{\"%s\":1}".formatted("\u00e4".repeat(512)));
        assertInvalid("{\"%s\":1}".formatted("\u00e4".repeat(512) + "a"), "has a key of 1025 bytes");
    }

    @Test
    void testTextSize() {
        check("{\"a\":\"%s\"}".formatted("x".repeat(4096)));
        assertInvalid("{\"a\":\"%s\"}".formatted("x".repeat(4097)), "[a] is a text of 4097 bytes");
    }

    @Test
    void testSectionSize() {
        // Eight keys of three bytes with 4,093 bytes each.
        final String full = IntStream.range(0, 8).mapToObj(index -> "\"k0%d\":\"%s\"".formatted(index, "x".repeat(4093))).collect(Collectors.joining(","));
        check("{%s}".formatted(full));
        assertInvalid("{%s,\"b\":true}".formatted(full), "The patch has 32773 bytes as IoT Hub counts them");
    }

    private static String nested(final int depth) {
        return "{\"a\":".repeat(depth) + "{}" + "}".repeat(depth);
    }

    private static void check(final String json) {
        ReportedPatchRules.check(JsonContent.readObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertInvalid(final String json, final String reason) {
        final IoTHubException exception = assertThrows(IoTHubException.class, () -> check(json));
        assertEquals(FailureCategory.INVALID_CONTENT, exception.getCategory());
        assertTrue(exception.getMessage().contains(reason), exception.getMessage());
    }
}
