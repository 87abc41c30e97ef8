/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import org.apache.nifi.components.DescribedValue;

/**
 * Where the JSON object comes from that is handed to custom allocation.
 */
enum RegistrationPayload implements DescribedValue {
    NONE("None", "Nothing is sent besides the registration id."),
    PROPERTY("Payload Property", "The JSON object in the property Payload."),
    CONTENT("FlowFile Content", "The content of the FlowFile, a JSON object; with a Record Reader each record as a JSON object.");

    private final String displayName;

    private final String description;

    RegistrationPayload(final String displayName, final String description) {
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
