/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.service;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a device has sent, as JSON: one value in UTF-8 without a byte order mark (RFC 8259, 8.1). The hub looks for no other encoding: what is UTF-16 is
 * nothing that it can read.
 */
public final class JsonBody {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private JsonBody() {
    }

    /**
     * Reads the value.
     *
     * @throws MalformedJsonException if there is none, or something else
     */
    public static JsonNode read(final byte[] body) throws MalformedJsonException {
        return read(decode(body));
    }

    /** Reads the value of a text. */
    public static JsonNode read(final String text) throws MalformedJsonException {
        final JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (final JsonProcessingException e) {
            throw new MalformedJsonException(describe(e.getLocation()));
        }

        if (node.isMissingNode()) {
            throw new MalformedJsonException("it is empty");
        }

        return node;
    }

    private static String decode(final byte[] body) throws MalformedJsonException {
        final String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (final CharacterCodingException e) {
            throw new MalformedJsonException("it is not UTF-8");
        }

        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            throw new MalformedJsonException("it begins with a byte order mark");
        }

        return text;
    }

    private static String describe(final JsonLocation location) {
        return location == null ? "it is too large" : "fault near line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }
}
