/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A value in a condition: a field of the document or a literal. */
@FunctionalInterface
interface Operand {

    /** The value for a document; a missing node if it has none. */
    JsonNode value(JsonNode document);

    static Operand literal(final JsonNode value) {
        return document -> value;
    }

    static Operand field(final List<String> path) {
        return document -> {
            JsonNode node = document;
            for (final String name : path) {
                node = node.path(name);
            }

            return node;
        };
    }
}
