/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The properties that travel with a message, decoded. In every map a null value is a name without value ({@code name}), which the wire keeps apart from
 * an empty one ({@code name=}). The maps are unmodifiable and keep the order in which properties were given or received.
 *
 * @param system      system properties by their documented meaning
 * @param otherSystem system properties without a name here, by their key without the leading {@code $.}
 * @param application application properties
 */
public record MessageProperties(Map<SystemProperty, String> system, Map<String, String> otherSystem, Map<String, String> application) {

    public static final MessageProperties NONE = new MessageProperties(Map.of(), Map.of(), Map.of());

    public MessageProperties {
        system = system.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(system));
        otherSystem = otherSystem.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(otherSystem));
        application = application.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(application));
    }

    public Optional<String> find(final SystemProperty property) {
        return Optional.ofNullable(system.get(property));
    }
}
