/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.util.Map;

/**
 * Everything that the reported section of a twin may have while patches are on their way to it: whether each will be accepted is not known yet, so that
 * nothing is taken away.
 */
final class ReportedProperties {

    private final ObjectNode content;

    private ReportedProperties(final ObjectNode content) {
        this.content = content;
    }

    static ReportedProperties of(final TwinDocument twin) {
        return new ReportedProperties(JsonContent.readObject(twin.json()).get("reported") instanceof ObjectNode section ? section : JsonContent.createObject());
    }

    ObjectNode content() {
        return content;
    }

    void add(final ObjectNode patch) {
        add(content, patch);
    }

    private static void add(final ObjectNode known, final ObjectNode patch) {
        for (final Map.Entry<String, JsonNode> change : patch.properties()) {
            final JsonNode before = known.get(change.getKey());
            if (before instanceof ObjectNode object) {
                if (change.getValue() instanceof ObjectNode nested) {
                    add(object, nested);
                }
            } else if (!change.getValue().isNull()) {
                known.set(change.getKey(), change.getValue().deepCopy());
            }
        }
    }
}
