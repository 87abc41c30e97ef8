/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** JSON Merge Patch, RFC 7396: objects merge, null removes, everything else replaces. */
final class MergePatch {

    private MergePatch() {
    }

    /** The patched document; neither argument is changed. */
    static ObjectNode apply(final ObjectNode document, final ObjectNode patch) {
        final ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.setAll(document);
        for (final Map.Entry<String, JsonNode> change : patch.properties()) {
            final String key = change.getKey();
            if (change.getValue().isNull()) {
                result.remove(key);
            } else if (change.getValue() instanceof final ObjectNode nested) {
                final ObjectNode before = result.get(key) instanceof final ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
                result.set(key, apply(before, nested));
            } else {
                result.set(key, change.getValue());
            }
        }

        return result;
    }
}
