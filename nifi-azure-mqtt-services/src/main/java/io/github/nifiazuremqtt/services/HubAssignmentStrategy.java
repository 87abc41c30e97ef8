/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import org.apache.nifi.components.DescribedValue;

/**
 * Who says on which hub a device lives.
 */
enum HubAssignmentStrategy implements DescribedValue {

    HOST_NAME("Host Name", "All devices live on one hub, which Host Name or the credentials name."),

    DEVICE_PROVISIONING_SERVICE("Device Provisioning Service", "Each device is registered with the Device Provisioning Service when it is first needed, under "
            + "its device id, and lives on the hub that it is assigned to.");

    private final String displayName;

    private final String description;

    HubAssignmentStrategy(final String displayName, final String description) {
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
