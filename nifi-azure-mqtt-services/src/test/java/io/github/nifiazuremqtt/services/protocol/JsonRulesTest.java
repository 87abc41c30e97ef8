/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", " {\"a\":[1e400,null]} ", "[1]", "17", "\"\u00e9\"", "null", "{\"a\":1e99999999999}", "{\"a\":1,\"a\":2}"})
    void testJson(final String json) {
        assertEquals(Optional.empty(), JsonRules.findProblem(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`{\"a\":NaN}`      | is no JSON: there is a fault near line 1, column 9",
        "`{\"a\":\n oops}` | is no JSON: there is a fault near line 2, column 2",
        "`{`                | is no JSON: there is a fault near line 1, column 2",
        "done               | is no JSON: there is a fault near line 1, column 1",
        "` `                | is empty space, not JSON",
        "`{}{}`             | is more than one JSON value",
        "`\uFEFF{}`        | begins with a byte order mark"})
    void testProblem(final String json, final String problem) {
        assertEquals(Optional.of(problem), JsonRules.findProblem(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "ISO-8859-1"})
    void testOtherEncodings(final String encoding) {
        final Optional<String> problem = JsonRules.findProblem("{\"a\":\"\u00e9\"}".getBytes(Charset.forName(encoding)));
        assertTrue(problem.orElseThrow().startsWith("is no"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[{}]", "1", "null", "\"{}\""})
    void testNoObject(final String json) {
        assertEquals(Optional.of("is not a JSON object"), JsonRules.findObjectProblem(json.getBytes(StandardCharsets.UTF_8)));
        assertEquals(Optional.empty(), JsonRules.findObjectProblem("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "-1          | The status of the answer is -1, callers take 0 to 2147483647",
        "-2147467259 | The status of the answer is -2147467259, callers take 0 to 2147483647"})
    void testStatusOfAMethod(final int status, final String problem) {
        final byte[] payload = "{}".getBytes(StandardCharsets.UTF_8);
        assertEquals(Optional.of(problem), MethodRules.findProblem(status, payload));
        assertEquals(Optional.empty(), MethodRules.findProblem(0, payload));
        assertEquals(Optional.empty(), MethodRules.findProblem(Integer.MAX_VALUE, new byte[0]));
        assertEquals(Optional.of("The answer is no JSON: there is a fault near line 1, column 1"),
                MethodRules.findProblem(200, "done".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"desired\":NaN}", "{\"desired\":{", "oops"})
    void testAnswerThatIsNoTwin(final String answer) {
        final String message = assertThrows(WireFormatException.class, () -> TwinBody.parse(answer.getBytes(StandardCharsets.UTF_8))).getMessage();
        assertEquals("The answer of the hub is no twin: there is a fault near line 1, column ", message.substring(0, message.lastIndexOf(' ') + 1));
    }
}
