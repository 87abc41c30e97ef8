/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;

/**
 * An answer of the management port.
 *
 * @param status HTTP status
 * @param contentType media type
 * @param body body, empty if there is none
 * @param etag entity tag without quotes, empty if there is none
 */
public record ManagementResponse(int status, String contentType, byte[] body, String etag) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Status 200 with a value that Jackson can write. */
    public static ManagementResponse json(final Object value) {
        return json(200, value);
    }

    public static ManagementResponse json(final int status, final Object value) {
        try {
            return new ManagementResponse(status, "application/json; charset=utf-8", MAPPER.writeValueAsBytes(value), "");
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("The answer cannot be written as JSON", e);
        }
    }

    public static ManagementResponse text(final String text) {
        return new ManagementResponse(200, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), "");
    }

    public static ManagementResponse noContent() {
        return new ManagementResponse(204, "", new byte[0], "");
    }

    public ManagementResponse withEtag(final String tag) {
        return new ManagementResponse(status, contentType, body, tag);
    }
}
