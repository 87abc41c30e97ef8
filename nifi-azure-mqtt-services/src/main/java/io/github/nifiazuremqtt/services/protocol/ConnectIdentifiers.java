/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;

/**
 * Client identifier and user name of a CONNECT packet (contract sections 1.2 and 8.1).
 *
 * @param clientId client identifier
 * @param userName user name
 */
public record ConnectIdentifiers(String clientId, String userName) {

    /** Version of IoT Hub's device API that this product speaks. */
    public static final String HUB_API_VERSION = "2021-04-12";

    /**
     * @param hostName    full host name of the hub without port, also when the connection is made to a gateway
     * @param productInfo name and version of this product
     * @param modelId     Plug and Play model id, or null
     */
    public static ConnectIdentifiers hub(final String hostName, final DeviceIdentity identity, final String productInfo, final String modelId) {
        final String model = modelId == null || modelId.isEmpty() ? "" : "&model-id=" + PercentCoding.encode(modelId);
        return new ConnectIdentifiers(identity.toString(), hostName + "/" + identity + "/?api-version=" + HUB_API_VERSION
                + "&DeviceClientType=" + PercentCoding.encode(productInfo) + model);
    }

    /**
     * @param productInfo name and version of this product
     */
    public static ConnectIdentifiers provisioning(final String idScope, final String registrationId, final ProvisioningApiVersion apiVersion,
                                                  final String productInfo) {
        return new ConnectIdentifiers(registrationId, idScope + "/registrations/" + registrationId + "/api-version=" + apiVersion.getText()
                + "&ClientVersion=" + PercentCoding.encode(productInfo));
    }
}
