/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.util.List;
import java.util.Set;

/**
 * A shared access policy of a hub.
 *
 * @param name name, {@code skn} of a token
 * @param permissions what it allows
 * @param primaryKey primary key in base64
 * @param secondaryKey secondary key in base64
 */
public record SharedAccessPolicy(String name, Set<Permission> permissions, String primaryKey, String secondaryKey) {

    /** The policies of a new hub, with new keys. */
    static List<SharedAccessPolicy> standard() {
        return List.of(
                withNewKeys("iothubowner", Set.of(Permission.values())),
                withNewKeys("service", Set.of(Permission.SERVICE_CONNECT)),
                withNewKeys("device", Set.of(Permission.DEVICE_CONNECT)),
                withNewKeys("registryRead", Set.of(Permission.REGISTRY_READ)),
                withNewKeys("registryReadWrite", Set.of(Permission.REGISTRY_READ, Permission.REGISTRY_WRITE)));
    }

    private static SharedAccessPolicy withNewKeys(final String name, final Set<Permission> permissions) {
        return new SharedAccessPolicy(name, permissions, Authentication.newKey(), Authentication.newKey());
    }

    @Override
    public String toString() {
        return "SharedAccessPolicy[name=%s, permissions=%s]".formatted(name, permissions);
    }

    /** What a policy can allow. */
    public enum Permission {
        REGISTRY_READ, REGISTRY_WRITE, SERVICE_CONNECT, DEVICE_CONNECT
    }
}
