/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

/**
 * Versions of the device API of the Device Provisioning Service that this product speaks (contract sections 8.1 and 15.1). What is asked and answered is the
 * same but for the connection profile of the assigned hub, which only the newer one tells.
 */
public enum ProvisioningApiVersion {

    WITH_CONNECTION_PROFILE("2026-11-02-preview"),

    CLASSIC("2019-03-31");

    private final String text;

    ProvisioningApiVersion(final String text) {
        this.text = text;
    }

    /**
     * @return value of the parameter of the user name
     */
    public String getText() {
        return text;
    }
}
