/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;

/**
 * A twin as the device sees it.
 *
 * @param json            {@code {"desired":{..},"reported":{..}}}, UTF-8; must not be changed
 * @param desiredVersion  {@code $version} of the desired section
 * @param reportedVersion {@code $version} of the reported section
 */
public record TwinDocument(byte[] json, long desiredVersion, long reportedVersion) {

    public TwinDocument {
        Objects.requireNonNull(json, "JSON required");
    }

    @Override
    public String toString() {
        return "TwinDocument[desiredVersion=%d, reportedVersion=%d]".formatted(desiredVersion, reportedVersion);
    }
}
