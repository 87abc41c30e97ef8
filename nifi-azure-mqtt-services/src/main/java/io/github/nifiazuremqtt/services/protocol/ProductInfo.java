/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

/**
 * How this bundle names itself to IoT Hub and DPS, in the user name of CONNECT.
 */
public final class ProductInfo {

    /** Name and, as it is built into the jar, version. */
    public static final String TEXT = text(ProductInfo.class.getPackage().getImplementationVersion());

    private ProductInfo() {
    }

    private static String text(final String version) {
        return version == null ? "nifi-azure-mqtt" : "nifi-azure-mqtt/" + version;
    }
}
