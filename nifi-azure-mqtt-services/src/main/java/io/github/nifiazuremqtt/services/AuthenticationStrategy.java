/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import org.apache.nifi.components.DescribedValue;

/**
 * How a device proves who it is.
 */
enum AuthenticationStrategy implements DescribedValue {

    CONNECTION_STRING("Connection String", "The connection string of one device or module as the Azure portal shows it. It also says where to connect."),

    DEVICE_KEY("Device Key", "The symmetric key of one device, module or individual enrollment."),

    ENROLLMENT_GROUP_KEY("Enrollment Group Key", "The symmetric key of an enrollment group of the Device Provisioning Service. "
            + "The key of each device is derived from it."),

    SHARED_ACCESS_POLICY("Shared Access Policy", "The key of a shared access policy of the hub, which opens every device. "
            + "For tests and gateways that are trusted with it."),

    SHARED_ACCESS_SIGNATURE("Shared Access Signature", "A token that was made elsewhere. It is used until it ends."),

    X509_CERTIFICATE("X.509 Certificate", "A client certificate out of the key store of an SSL Context Service."),

    X509_PEM("X.509 PEM", "A client certificate and its key as PEM text or files, one for all devices or one for each device.");

    private final String displayName;

    private final String description;

    AuthenticationStrategy(final String displayName, final String description) {
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
