/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.hub.HubRole;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.SharedAccessPolicy;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/** Lets in whoever has a token of a shared access policy that allows the request, as the service API does. */
public final class PolicyGuard implements RequestGuard {

    private final HubRole hubs;
    private final Clock clock;

    public PolicyGuard(final HubRole hubs, final Clock clock) {
        this.hubs = hubs;
        this.clock = clock;
    }

    @Override
    public String admit(final String method, final String path, final String authorization) {
        final SasToken token = SasToken.parse(authorization).orElseThrow(() -> refused("the header Authorization has no token"));
        final Instant now = clock.instant();
        if (now.isAfter(token.expiresAt())) {
            throw refused("the token has expired at %s, it is %s".formatted(token.expiresAt(), now));
        }

        final IoTHub hub = hubs.hubs().stream().filter(candidate -> token.covers(candidate.name())).findFirst()
                .orElseThrow(() -> refused("the token is for [%s]".formatted(token.resource())));
        final SharedAccessPolicy policy = hub.policy(token.policy());
        if (policy == null || !token.isSignedWith(policy.primaryKey()) && !token.isSignedWith(policy.secondaryKey())) {
            throw refused("the token was not made with a key of the policy [%s]".formatted(token.policy()));
        }

        final SharedAccessPolicy.Permission needed = permission(method, path);
        if (!policy.permissions().contains(needed)) {
            throw refused("the policy [%s] lacks %s".formatted(policy.name(), needed));
        }

        return hub.name();
    }

    private static SharedAccessPolicy.Permission permission(final String method, final String path) {
        final String[] segments = path.toLowerCase(Locale.ROOT).split("/");
        final String first = segments.length > 1 ? segments[1] : "";
        final boolean query = segments.length == 3 && segments[2].equals("query");
        final boolean purge = segments.length == 4 && segments[3].equals("commands");
        if (!first.equals("devices") && !first.equals("statistics") || query || purge) {
            return SharedAccessPolicy.Permission.SERVICE_CONNECT;
        }

        return method.equals("GET") ? SharedAccessPolicy.Permission.REGISTRY_READ : SharedAccessPolicy.Permission.REGISTRY_WRITE;
    }

    private static ManagementException refused(final String reason) {
        return ManagementException.of(ServiceError.UNAUTHORIZED, reason);
    }
}
