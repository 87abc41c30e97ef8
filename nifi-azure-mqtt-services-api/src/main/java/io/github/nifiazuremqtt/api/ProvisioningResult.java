/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;

/**
 * Where the Device Provisioning Service assigned a device (contract section 8.4).
 *
 * @param registrationId registration id
 * @param hostName       host name of the assigned hub
 * @param deviceId       device id at that hub; may differ from the registration id
 * @param operationId    operation id, or null
 * @param substatus      for example {@code initialAssignment}, or null
 * @param json           the whole answer, UTF-8; must not be changed
 */
public record ProvisioningResult(String registrationId, String hostName, String deviceId, String operationId, String substatus, byte[] json) {

    public ProvisioningResult {
        Objects.requireNonNull(registrationId, "Registration ID required");
        Objects.requireNonNull(hostName, "Host Name required");
        Objects.requireNonNull(deviceId, "Device ID required");
        Objects.requireNonNull(json, "JSON required");
    }

    @Override
    public String toString() {
        return "ProvisioningResult[registrationId=%s, hostName=%s, deviceId=%s]".formatted(registrationId, hostName, deviceId);
    }
}
