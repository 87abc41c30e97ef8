/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;

/**
 * A registration to be made with the Device Provisioning Service.
 *
 * @param registrationId registration id
 * @param payload        JSON object for custom allocation, UTF-8, or empty
 */
public record ProvisioningRequest(String registrationId, byte[] payload) {

    public ProvisioningRequest {
        Objects.requireNonNull(registrationId, "Registration ID required");
        Objects.requireNonNull(payload, "Payload required");
    }

    @Override
    public String toString() {
        return "ProvisioningRequest[registrationId=%s]".formatted(registrationId);
    }
}
