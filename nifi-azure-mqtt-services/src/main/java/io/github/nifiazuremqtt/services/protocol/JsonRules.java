/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * JSON as the services of Azure read it: one value in UTF-8 without a byte order mark (RFC 8259, 8.1). A parser that looks for other encodings by itself would
 * pass what they refuse.
 */
public final class JsonRules {

    private static final JsonFactory FACTORY = new JsonFactory();

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private JsonRules() {
    }

    /**
     * @return why this is not one JSON value, as the end of a sentence; empty if it is one
     */
    public static Optional<String> findProblem(final byte[] json) {
        return findProblem(json, false);
    }

    /**
     * @return why this is not one JSON object, as the end of a sentence; empty if it is one
     */
    public static Optional<String> findObjectProblem(final byte[] json) {
        return findProblem(json, true);
    }

    /**
     * @return where a parser found the fault, as the end of a sentence
     */
    static String describePlace(final IOException fault) {
        final JsonLocation location = fault instanceof JsonProcessingException parsing ? parsing.getLocation() : null;
        return location == null ? "" : ": there is a fault near line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static Optional<String> findProblem(final byte[] json, final boolean object) {
        final String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
        } catch (final CharacterCodingException e) {
            return Optional.of("is not UTF-8");
        }
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            return Optional.of("begins with a byte order mark");
        }

        try (JsonParser parser = FACTORY.createParser(text)) {
            return findProblem(parser, object);
        } catch (final IOException e) {
            return Optional.of("is no JSON" + describePlace(e));
        }
    }

    private static Optional<String> findProblem(final JsonParser parser, final boolean object) throws IOException {
        final JsonToken first = parser.nextToken();
        if (first == null) {
            return Optional.of("is empty space, not JSON");
        }

        parser.skipChildren();
        if (parser.nextToken() != null) {
            return Optional.of("is more than one JSON value");
        }
        return object && first != JsonToken.START_OBJECT ? Optional.of("is not a JSON object") : Optional.empty();
    }
}
