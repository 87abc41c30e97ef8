/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.TwinDocument;
import org.apache.nifi.components.DescribedValue;

/**
 * Choices of the property Twin Part.
 */
enum TwinPart implements DescribedValue {

    WHOLE("Whole", "Desired and reported properties in one object: {\"desired\":{..},\"reported\":{..}}."),

    DESIRED("Desired", "What the back end wants the device to be."),

    REPORTED("Reported", "What the device has said it is.");

    private final String displayName;

    private final String description;

    TwinPart(final String displayName, final String description) {
        this.displayName = displayName;
        this.description = description;
    }

    byte[] select(final TwinDocument twin) {
        return switch (this) {
            case WHOLE -> twin.json();
            case DESIRED -> JsonContent.selectSection(twin.json(), "desired");
            case REPORTED -> JsonContent.selectSection(twin.json(), "reported");
        };
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
