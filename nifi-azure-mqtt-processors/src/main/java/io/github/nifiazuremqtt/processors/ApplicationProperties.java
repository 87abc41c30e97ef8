/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.nifi.flowfile.FlowFile;

/**
 * The application properties of a message: attributes chosen by a pattern, and dynamic properties, which win where both give the same name.
 */
final class ApplicationProperties {

    /** What NiFi itself writes on every FlowFile: of no meaning outside, and the path of a file is nobody's business. */
    private static final Set<String> CORE_ATTRIBUTES = Set.of("path", "absolute.path", "filename", "uuid", "priority", "mime.type", "discard.reason",
            "alternate.identifier");

    private final Pattern attributes;

    private final Map<String, FlowFileExpression> dynamic;

    /**
     * @param attributes names of attributes, or null for none
     */
    ApplicationProperties(final Pattern attributes, final Map<String, FlowFileExpression> dynamic) {
        this.attributes = attributes;
        this.dynamic = new LinkedHashMap<>(dynamic);
    }

    Map<String, String> collect(final FlowFile flowFile) {
        if (attributes == null && dynamic.isEmpty()) {
            return Map.of();
        }

        final Map<String, String> properties = new LinkedHashMap<>();
        if (attributes != null) {
            for (final Map.Entry<String, String> attribute : flowFile.getAttributes().entrySet()) {
                addAttribute(attribute.getKey(), attribute.getValue(), properties);
            }
        }
        for (final Map.Entry<String, FlowFileExpression> property : dynamic.entrySet()) {
            properties.put(property.getKey(), property.getValue().evaluate(flowFile));
        }
        return properties;
    }

    private void addAttribute(final String name, final String value, final Map<String, String> properties) {
        if (!attributes.matcher(name).matches()) {
            return;
        }

        if (name.startsWith(IoTHubAttributes.PROPERTY_PREFIX)) {
            properties.put(name.substring(IoTHubAttributes.PROPERTY_PREFIX.length()), value);
        } else if (name.startsWith(IoTHubAttributes.NULL_PROPERTY_PREFIX)) {
            properties.put(name.substring(IoTHubAttributes.NULL_PROPERTY_PREFIX.length()), null);
        } else if (!isReserved(name)) {
            properties.put(name, value);
        }
    }

    private static boolean isReserved(final String name) {
        return CORE_ATTRIBUTES.contains(name) || name.startsWith("iothub.") || name.startsWith("dps.");
    }
}
