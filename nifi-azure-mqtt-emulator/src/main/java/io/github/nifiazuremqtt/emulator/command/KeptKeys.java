/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.hub.Authentication;
import java.util.Map;
import java.util.TreeMap;

/** Keys by the name of what they belong to. What has none yet gets one. */
final class KeptKeys {

    private final Map<String, String> keys;

    KeptKeys(final Map<String, String> keys) {
        this.keys = new TreeMap<>(keys);
    }

    /** The primary key of an owner. */
    String primary(final String owner) {
        return key(owner + " primary");
    }

    String secondary(final String owner) {
        return key(owner + " secondary");
    }

    Map<String, String> all() {
        return Map.copyOf(keys);
    }

    private String key(final String name) {
        return keys.computeIfAbsent(name, missing -> Authentication.newKey());
    }
}
