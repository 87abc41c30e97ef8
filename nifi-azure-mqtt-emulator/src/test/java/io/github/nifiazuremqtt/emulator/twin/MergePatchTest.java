/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7396, appendix A, whose documents and patches are objects. */
class MergePatchTest {

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
            "{'a':'b'}             | {'a':'c'}                | {'a':'c'}",
            "{'a':'b'}             | {'b':'c'}                | {'a':'b','b':'c'}",
            "{'a':'b'}             | {'a':null}               | {}",
            "{'a':'b','b':'c'}     | {'a':null}               | {'b':'c'}",
            "{'a':['b']}           | {'a':'c'}                | {'a':'c'}",
            "{'a':'c'}             | {'a':['b']}              | {'a':['b']}",
            "{'a':{'b':'c'}}       | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
            "{'a':[{'b':'c'}]}     | {'a':[1]}                | {'a':[1]}",
            "{'e':null}            | {'a':1}                  | {'e':null,'a':1}",
            "{}                    | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}"})
    void testExamples(final String document, final String patch, final String result) throws JsonProcessingException {
        final ObjectNode before = read(document);
        assertEquals(read(result), MergePatch.apply(before, read(patch)));
        assertEquals(read(document), before);
    }

    private ObjectNode read(final String text) throws JsonProcessingException {
        return (ObjectNode) mapper.readTree(text.replace('\'', '"'));
    }
}
