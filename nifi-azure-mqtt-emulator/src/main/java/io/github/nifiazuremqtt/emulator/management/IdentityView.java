/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Identities as JSON, with the fields of the service API. */
final class IdentityView {

    private static final String NEVER = "0001-01-01T00:00:00Z";

    private IdentityView() {
    }

    /** The fields of a device or module. */
    static Map<String, Object> of(final IoTHub hub, final CloudMessages messages, final RegisteredIdentity identity) {
        final IdentityKey key = identity.key();
        final JsonObject view = new JsonObject().with("deviceId", key.deviceId());
        if (key.isModule()) {
            view.with("moduleId", key.moduleId()).with("managedBy", null);
        }

        view.with("generationId", identity.generationId())
                .with("etag", identity.etag())
                .with("connectionState", connectionState(hub, key))
                .with("connectionStateUpdatedTime", time(hub.activity().connectionStateUpdated(key)))
                .with("lastActivityTime", time(hub.activity().lastActivity(key)))
                .with("cloudToDeviceMessageCount", messageCount(messages, key))
                .with("authentication", authentication(identity.authentication()));
        if (key.isModule()) {
            return view.fields();
        }

        return view.with("status", status(identity))
                .with("statusReason", statusReason(identity))
                .with("statusUpdatedTime", time(identity.statusUpdated()))
                .with("capabilities", Map.of("iotEdge", identity.details().iotEdge()))
                .with("deviceScope", identity.deviceScope().isEmpty() ? null : identity.deviceScope())
                .with("parentScopes", identity.details().parentScopes())
                .fields();
    }

    static String status(final RegisteredIdentity identity) {
        return identity.enabled() ? "enabled" : "disabled";
    }

    static String statusReason(final RegisteredIdentity identity) {
        return identity.details().statusReason().isEmpty() ? null : identity.details().statusReason();
    }

    static String connectionState(final IoTHub hub, final IdentityKey key) {
        return hub.session(key).isPresent() ? "Connected" : "Disconnected";
    }

    /** How many cloud-to-device messages wait; modules get none. */
    static int messageCount(final CloudMessages messages, final IdentityKey key) {
        try {
            return key.isModule() ? 0 : messages.pending(key.deviceId()).size();
        } catch (final ServiceException e) {
            return 0;
        }
    }

    static String time(final Optional<Instant> time) {
        return time.map(Instant::toString).orElse(NEVER);
    }

    static Map<String, Object> thumbprints(final Authentication authentication) {
        final boolean thumbprints = authentication.type() == Authentication.Type.SELF_SIGNED;
        return new JsonObject()
                .with("primaryThumbprint", thumbprints ? orNull(authentication.primary()) : null)
                .with("secondaryThumbprint", thumbprints ? orNull(authentication.secondary()) : null)
                .fields();
    }

    private static Map<String, Object> authentication(final Authentication authentication) {
        final boolean keys = authentication.type() == Authentication.Type.SAS;
        return new JsonObject()
                .with("symmetricKey", new JsonObject()
                        .with("primaryKey", keys ? authentication.primary() : null)
                        .with("secondaryKey", keys ? authentication.secondary() : null).fields())
                .with("x509Thumbprint", thumbprints(authentication))
                .with("type", authentication.type().apiName())
                .fields();
    }

    private static String orNull(final String text) {
        return text.isEmpty() ? null : text;
    }
}
