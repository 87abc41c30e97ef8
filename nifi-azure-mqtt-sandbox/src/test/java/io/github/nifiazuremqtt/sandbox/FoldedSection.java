/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * A section of a twin as somebody knows it who has seen all patches in their order. Written down apart from the emulator, so that one judges the other.
 */
final class FoldedSection {

    private ObjectNode properties = NiFiRest.MAPPER.createObjectNode();

    /** Takes a patch, or the whole section if it is complete. */
    void take(final String json, final boolean complete) {
        final ObjectNode change = parse(json);
        if (complete) {
            properties = change;
        } else {
            merge(properties, change);
        }
    }

    private static void merge(final ObjectNode target, final ObjectNode patch) {
        for (final Map.Entry<String, JsonNode> change : patch.properties()) {
            if (change.getValue().isNull()) {
                target.remove(change.getKey());
            } else if (change.getValue() instanceof final ObjectNode nested) {
                merge(target.get(change.getKey()) instanceof final ObjectNode known ? known : target.putObject(change.getKey()), nested);
            } else {
                target.set(change.getKey(), change.getValue());
            }
        }
    }

    ObjectNode properties() {
        return properties;
    }

    /** The properties in a section, without what the hub writes into it. */
    static ObjectNode parse(final String json) {
        try {
            final ObjectNode section = (ObjectNode) NiFiRest.MAPPER.readTree(json);
            section.remove("$version");
            return section;
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON: " + json, e);
        }
    }
}
