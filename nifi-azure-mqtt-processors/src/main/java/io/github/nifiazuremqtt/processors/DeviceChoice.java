/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.components.DescribedValue;

/**
 * Choices of the property Devices of a source.
 */
enum DeviceChoice implements DescribedValue {

    SINGLE_DEVICE("Single Device", "The device named here or by the credentials."),

    CONNECTED_DEVICES("Connected Devices", "Every device that has a connection open on this node because some processor uses it, now or later.");

    private final String displayName;

    private final String description;

    DeviceChoice(final String displayName, final String description) {
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
