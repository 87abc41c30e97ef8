/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

/**
 * Names a device or a module.
 *
 * @param deviceId device
 * @param moduleId module, empty for a device
 */
public record IdentityKey(String deviceId, String moduleId) {

    public static IdentityKey device(final String deviceId) {
        return new IdentityKey(deviceId, "");
    }

    public static IdentityKey module(final String deviceId, final String moduleId) {
        return new IdentityKey(deviceId, moduleId);
    }

    public boolean isModule() {
        return !moduleId.isEmpty();
    }

    /** The client id of the identity. */
    public String clientId() {
        return isModule() ? deviceId + "/" + moduleId : deviceId;
    }

    /** The start of its topics, {@code devices/{d}} or {@code devices/{d}/modules/{m}}. */
    public String topicRoot() {
        return isModule() ? "devices/" + deviceId + "/modules/" + moduleId : "devices/" + deviceId;
    }

    @Override
    public String toString() {
        return clientId();
    }
}
