/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Acknowledgement of writable properties in the form of IoT Plug and Play ("IoT Plug and Play conventions", writable properties). A merge patch removes only
 * what it names, so the patch names with null what an earlier acknowledgement has left behind.
 *
 * @param code        outcome in the manner of HTTP: 200 for done
 * @param version     {@code $version} of the desired properties
 * @param description a sentence for people, or null
 * @param partial     true if the desired properties are a patch, whose objects are merged into what was acknowledged before
 */
record DesiredAcknowledgment(int code, long version, String description, boolean partial) {

    private static final String VERSION = "$version";

    private static final String COMPONENT_MARKER = "__t";

    private static final String VALUE = "value";

    private static final String DESCRIPTION = "ad";

    /**
     * @return true if a value is an object that takes the place of another, whose fields have to be known
     */
    boolean replacesObjects(final ObjectNode desired) {
        return desired.properties().stream().anyMatch(property -> isComponent(property.getValue())
                ? replacesObjects((ObjectNode) property.getValue()) : isWhole(property.getValue()));
    }

    /**
     * @param before what the twin may have reported, or null if that is not known
     * @return merge patch: every property that was set, with the acknowledgement; properties that were removed have nothing to acknowledge
     */
    ObjectNode acknowledge(final ObjectNode desired, final ObjectNode before) {
        final ObjectNode patch = JsonContent.createObject();
        for (final Map.Entry<String, JsonNode> property : desired.properties()) {
            final JsonNode value = property.getValue();
            if (property.getKey().equals(VERSION) || value.isNull()) {
                continue;
            }
            if (property.getKey().equals(COMPONENT_MARKER)) {
                patch.set(COMPONENT_MARKER, value);
            } else if (isComponent(value)) {
                patch.set(property.getKey(), acknowledge((ObjectNode) value, findObject(before, property.getKey())));
            } else {
                patch.set(property.getKey(), acknowledge(value, findObject(before, property.getKey())));
            }
        }
        return patch;
    }

    private ObjectNode acknowledge(final JsonNode value, final ObjectNode before) {
        final ObjectNode acknowledged = JsonContent.createObject();
        acknowledged.set(VALUE, isWhole(value) ? replace((ObjectNode) value, findObject(before, VALUE)) : value);
        acknowledged.put("ac", code);
        acknowledged.put("av", version);
        if (description != null && !description.isEmpty()) {
            acknowledged.put(DESCRIPTION, description);
        } else if (before == null) {
            acknowledged.putNull(DESCRIPTION);
        }
        return removeOthers(acknowledged, before);
    }

    private static boolean isComponent(final JsonNode value) {
        return value instanceof ObjectNode object && object.has(COMPONENT_MARKER);
    }

    /** Only a patch has nulls: whoever made it, its object is not all there is. */
    private boolean isWhole(final JsonNode value) {
        return value instanceof ObjectNode object && !partial && !hasNull(object);
    }

    private static boolean hasNull(final ObjectNode object) {
        return object.properties().stream().map(Map.Entry::getValue).anyMatch(value -> value.isNull() || value instanceof ObjectNode nested && hasNull(nested));
    }

    private static ObjectNode replace(final ObjectNode value, final ObjectNode before) {
        final ObjectNode patch = JsonContent.createObject();
        for (final Map.Entry<String, JsonNode> field : value.properties()) {
            patch.set(field.getKey(), field.getValue() instanceof ObjectNode nested ? replace(nested, findObject(before, field.getKey())) : field.getValue());
        }
        return removeOthers(patch, before);
    }

    private static ObjectNode removeOthers(final ObjectNode patch, final ObjectNode before) {
        if (before != null) {
            before.fieldNames().forEachRemaining(name -> {
                if (!patch.has(name)) {
                    patch.putNull(name);
                }
            });
        }
        return patch;
    }

    /**
     * @return null if there is no object
     */
    private static ObjectNode findObject(final ObjectNode parent, final String name) {
        return parent != null && parent.get(name) instanceof ObjectNode object ? object : null;
    }
}
