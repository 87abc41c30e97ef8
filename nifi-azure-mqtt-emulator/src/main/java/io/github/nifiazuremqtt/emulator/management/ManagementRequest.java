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
 * @param ifMatch entity tag of the header If-Match without quotes, empty if absent
 * @param body body
 */
public record ManagementRequest(Map<String, String> path, Map<String, String> query, String ifMatch, byte[] body) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

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
}
