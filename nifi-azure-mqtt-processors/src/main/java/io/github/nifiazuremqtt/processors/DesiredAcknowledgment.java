/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Acknowledgement of writable properties in the form of IoT Plug and Play ("IoT Plug and Play conventions", writable properties).
 *
 * @param code        outcome in the manner of HTTP: 200 for done
 * @param version     {@code $version} of the desired properties
 * @param description a sentence for people, or null
 */
record DesiredAcknowledgment(int code, long version, String description) {

    private static final String VERSION = "$version";

    private static final String COMPONENT_MARKER = "__t";

    /**
     * @return what is reported: every property that was set, with the acknowledgement; properties that were removed have nothing to acknowledge
     */
    ObjectNode acknowledge(final ObjectNode desired) {
        final ObjectNode reported = JsonContent.createObject();
        for (final Map.Entry<String, JsonNode> property : desired.properties()) {
            final JsonNode value = property.getValue();
            if (property.getKey().equals(VERSION) || value.isNull()) {
                continue;
            }
            if (property.getKey().equals(COMPONENT_MARKER)) {
                reported.set(COMPONENT_MARKER, value);
            } else if (value instanceof ObjectNode component && component.has(COMPONENT_MARKER)) {
                reported.set(property.getKey(), acknowledge(component));
            } else {
                reported.set(property.getKey(), acknowledge(value));
            }
        }
        return reported;
    }

    private ObjectNode acknowledge(final JsonNode value) {
        final ObjectNode acknowledged = JsonContent.createObject();
        acknowledged.set("value", value);
        acknowledged.put("ac", code);
        acknowledged.put("av", version);
        if (description != null && !description.isEmpty()) {
            acknowledged.put("ad", description);
        }
        return acknowledged;
    }
}
