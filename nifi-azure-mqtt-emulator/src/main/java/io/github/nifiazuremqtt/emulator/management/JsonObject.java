/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a JSON object in the order in which they are given; values may be null. */
final class JsonObject {

    private final Map<String, Object> fields = new LinkedHashMap<>();

    JsonObject with(final String name, final Object value) {
        fields.put(name, value);
        return this;
    }

    Map<String, Object> fields() {
        return fields;
    }
}
