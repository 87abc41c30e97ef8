/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer of the management port.
 *
 * @param status HTTP status
 * @param headers headers
 * @param body body, empty if there is none
 */
public record ManagementResponse(int status, Map<String, String> headers, byte[] body) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Status 200 with a value that Jackson can write. */
    public static ManagementResponse json(final Object value) {
        return json(200, value);
    }

    public static ManagementResponse json(final int status, final Object value) {
        try {
            return new ManagementResponse(status, Map.of("Content-Type", "application/json; charset=utf-8"), MAPPER.writeValueAsBytes(value));
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("The answer cannot be written as JSON", e);
        }
    }

    public static ManagementResponse text(final String text) {
        return new ManagementResponse(200, Map.of("Content-Type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    public static ManagementResponse noContent() {
        return new ManagementResponse(204, Map.of(), new byte[0]);
    }

    /** The same with an entity tag, given without quotes. */
    public ManagementResponse withEtag(final String tag) {
        return withHeader("ETag", '"' + tag + '"');
    }

    public ManagementResponse withHeader(final String name, final String value) {
        final Map<String, String> all = new TreeMap<>(headers);
        all.put(name, value);
        return new ManagementResponse(status, all, body);
    }
}
