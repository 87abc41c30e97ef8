/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.components.DescribedValue;

/**
 * Choices of the property Content Strategy.
 */
enum TwinContent implements DescribedValue {

    REPORTED_PROPERTIES("Reported Properties", "The content is the patch: a JSON object whose properties are set, or removed where they are null."),

    DESIRED_PROPERTIES("Desired Properties", "The content is what ConsumeDesiredProperties gave out. What is sent is its acknowledgement in the form of IoT "
            + "Plug and Play: value, acknowledgement code, version and description for each property.");

    private final String displayName;

    private final String description;

    TwinContent(final String displayName, final String description) {
        this.displayName = displayName;
        this.description = description;
    }

    @Override
    public String getValue() {
        return displayName;
    }

    @Override
    public String getDisplayName() {
        return displayName;
    }

    @Override
    public String getDescription() {
        return description;
    }
}
