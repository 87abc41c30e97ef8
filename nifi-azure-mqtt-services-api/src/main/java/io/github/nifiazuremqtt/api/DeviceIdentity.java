/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;
import java.util.Optional;

/**
 * A device, or a module of a device, as the registry of an IoT Hub knows it: the identity that owns exactly one MQTT connection.
 * Ids are case-sensitive and kept as typed.
 *
 * @param deviceId device id, never empty
 * @param moduleId module id, or null for the device itself
 */
public record DeviceIdentity(String deviceId, String moduleId) {

    public DeviceIdentity {
        Objects.requireNonNull(deviceId, "Device ID required");
        if (deviceId.isEmpty()) {
            throw new IllegalArgumentException("Device ID is empty");
        }
        if (moduleId != null && moduleId.isEmpty()) {
            throw new IllegalArgumentException("Module ID is empty");
        }
    }

    /**
     * @return the identity of the device itself
     */
    public static DeviceIdentity ofDevice(final String deviceId) {
        return new DeviceIdentity(deviceId, null);
    }

    /**
     * @param moduleId module id; null or empty stands for the device itself
     */
    public static DeviceIdentity of(final String deviceId, final String moduleId) {
        return new DeviceIdentity(deviceId, moduleId == null || moduleId.isEmpty() ? null : moduleId);
    }

    /**
     * @return module id, or empty for the device itself
     */
    public Optional<String> module() {
        return Optional.ofNullable(moduleId);
    }

    /**
     * @return {@code device} or {@code device/module}: the MQTT client identifier, and the form that texts show in brackets
     */
    @Override
    public String toString() {
        return moduleId == null ? deviceId : deviceId + "/" + moduleId;
    }
}
