/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the identity registry.
 *
 * @param key device or module
 * @param enabled whether it may connect
 * @param authentication how it proves itself
 * @param details what else was said about it
 * @param statusUpdated when it was enabled or disabled after it was made, empty if never
 * @param generationId changes when an identity is deleted and made again
 * @param etag changes with every update
 */
public record RegisteredIdentity(IdentityKey key, boolean enabled, Authentication authentication, IdentityDetails details, Optional<Instant> statusUpdated,
                                 String generationId, String etag) {

    /** The scope in a hierarchy of IoT Edge devices; an IoT Edge device has one of its own. */
    public String deviceScope() {
        return details.iotEdge() && details.deviceScope().isEmpty() ? "ms-azure-iot-edge://%s-%s".formatted(key.deviceId(), generationId)
                : details.deviceScope();
    }
}
