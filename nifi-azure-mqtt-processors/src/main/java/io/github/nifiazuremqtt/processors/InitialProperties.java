/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.components.DescribedValue;

/**
 * Choices of the property Initial Properties.
 */
enum InitialProperties implements DescribedValue {

    IF_CHANGED("If Changed", "When the processor is started the desired properties are given out only if they have changed since they were last given out."),

    ALWAYS("Always", "Each time the processor is started the desired properties are given out as they are.");

    private final String displayName;

    private final String description;

    InitialProperties(final String displayName, final String description) {
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
