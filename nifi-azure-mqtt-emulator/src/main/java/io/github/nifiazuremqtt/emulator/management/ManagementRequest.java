/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import java.io.IOException;
import java.util.Map;

/**
 * A request to the management port.
 *
 * @param path values of the placeholders in the path, decoded
 * @param query query parameters, decoded
 * @param headers headers, with lower-case names
 * @param body body
 */
public record ManagementRequest(Map<String, String> path, Map<String, String> query, Map<String, String> headers, byte[] body) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A header, empty if it is absent; the name is lower-case. */
    public String header(final String name) {
        return headers.getOrDefault(name, "");
    }

    /** Entity tag of the header If-Match without quotes, empty if absent. */
    public String ifMatch() {
        return header("if-match").replace("\"", "");
    }

    /**
     * A number in the query.
     *
     * @throws IllegalArgumentException if it is none or out of range
     */
    public int number(final String name, final int absent, final int smallest, final int largest) {
        return number("query parameter", name, query.get(name), absent, smallest, largest);
    }

    /** The same for a header, whose name is lower-case. */
    public int headerNumber(final String name, final int absent, final int smallest, final int largest) {
        return number("header", name, headers.get(name), absent, smallest, largest);
    }

    private static int number(final String kind, final String name, final String text, final int absent, final int smallest, final int largest) {
        if (text == null || text.isEmpty()) {
            return absent;
        }

        try {
            final int number = Integer.parseInt(text.trim());
            if (number >= smallest && number <= largest) {
                return number;
            }
        } catch (final NumberFormatException e) {
            // told below, like a number out of range
        }

        throw new IllegalArgumentException("The %s [%s] is not a number from %d to %d".formatted(kind, name, smallest, largest));
    }

    /** The device or module that the placeholders {@code device} and {@code module} name. */
    public IdentityKey identity() {
        return new IdentityKey(path.get("device"), path.getOrDefault("module", ""));
    }

    /** The body as JSON; an empty one is an empty object. */
    public JsonNode json() {
        if (body.length == 0) {
            return MAPPER.createObjectNode();
        }

        try {
            return MAPPER.readTree(body);
        } catch (final IOException e) {
            throw new IllegalArgumentException("The body is not JSON", e);
        }
    }

    /** The body as a JSON object; an empty one is an empty object. */
    public JsonNode jsonObject() {
        final JsonNode json = json();
        if (!json.isObject()) {
            throw new IllegalArgumentException("The body is not a JSON object");
        }

        return json;
    }
}
