/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;

/**
 * What is new in the desired properties of a device.
 *
 * @param identity    device or module
 * @param hostName    host name of the hub
 * @param endpointUri where it arrived, for provenance; see {@link DeviceConnection#getEndpointUri()}
 * @param version     {@code $version} of the desired section after this update
 * @param complete    true if {@code json} is the whole desired section, read after a connect; false if it is the patch that the hub pushed
 * @param json        UTF-8, with {@code $version}; must not be changed
 */
public record DesiredPropertiesUpdate(DeviceIdentity identity, String hostName, String endpointUri, long version, boolean complete, byte[] json) {

    public DesiredPropertiesUpdate {
        Objects.requireNonNull(identity, "Identity required");
        Objects.requireNonNull(endpointUri, "Endpoint URI required");
        Objects.requireNonNull(json, "JSON required");
    }

    @Override
    public String toString() {
        return "DesiredPropertiesUpdate[identity=%s, version=%d, complete=%s]".formatted(identity, version, complete);
    }
}
