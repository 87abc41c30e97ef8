/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import org.apache.nifi.components.DescribedValue;

/**
 * How MQTT is carried.
 */
public enum TransportProtocol implements DescribedValue {
    MQTT("MQTT", "MQTT over TLS, port 8883."),
    MQTT_WEB_SOCKET("MQTT over WebSocket", "MQTT over WebSocket over TLS, port 443: for networks that let nothing else out.");

    private final String displayName;

    private final String description;

    TransportProtocol(final String displayName, final String description) {
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
