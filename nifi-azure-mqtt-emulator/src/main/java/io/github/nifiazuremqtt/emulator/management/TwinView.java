/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.twin.TwinState;
import java.util.Map;

/** Twins as JSON, with the fields of the service API. */
final class TwinView {

    private TwinView() {
    }

    /** The fields of the twin of a device or module. */
    static Map<String, Object> of(final IoTHub hub, final CloudMessages messages, final RegisteredIdentity identity, final TwinState twin) {
        final IdentityKey key = identity.key();
        final JsonObject view = new JsonObject().with("deviceId", key.deviceId());
        if (key.isModule()) {
            view.with("moduleId", key.moduleId());
        }

        view.with("etag", twin.etag())
                .with("deviceEtag", identity.etag())
                .with("status", IdentityView.status(identity))
                .with("statusReason", IdentityView.statusReason(identity))
                .with("statusUpdateTime", IdentityView.time(identity.statusUpdated()))
                .with("connectionState", IdentityView.connectionState(hub, key))
                .with("lastActivityTime", IdentityView.time(hub.activity().lastActivity(key)))
                .with("cloudToDeviceMessageCount", IdentityView.messageCount(messages, key))
                .with("authenticationType", identity.authentication().type().apiName())
                .with("x509Thumbprint", IdentityView.thumbprints(identity.authentication()))
                .with("modelId", hub.session(key).map(DeviceSession::modelId).orElse(""))
                .with("version", twin.version())
                .with("tags", twin.tags())
                .with("properties", Map.<String, JsonNode>of("desired", twin.desired(), "reported", twin.reported()));
        if (!key.isModule()) {
            view.with("capabilities", Map.of("iotEdge", identity.details().iotEdge()));
            if (!identity.deviceScope().isEmpty()) {
                view.with("deviceScope", identity.deviceScope());
            }

            if (!identity.details().parentScopes().isEmpty()) {
                view.with("parentScopes", identity.details().parentScopes());
            }
        }

        return view.fields();
    }
}
