/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.twin.TwinState;
import io.github.nifiazuremqtt.emulator.twin.TwinUpdate;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.util.Map;
import java.util.function.Function;

/** Twins, with the paths and bodies of the IoT Hub service API. */
public final class TwinRoutes {

    private static final String NEVER = "0001-01-01T00:00:00Z";

    private final Function<ManagementRequest, IoTHub> hubs;
    private final Function<IoTHub, Twins> twins;

    /** Serves the hub that is chosen for a request. */
    public TwinRoutes(final Function<ManagementRequest, IoTHub> hubs, final Function<IoTHub, Twins> twins) {
        this.hubs = hubs;
        this.twins = twins;
    }

    public void addTo(final Routes routes) {
        for (final String path : new String[]{"/twins/{device}", "/twins/{device}/modules/{module}"}) {
            routes.add("GET", path, ServiceHandler.of(this::get))
                    .add("PATCH", path, ServiceHandler.of(request -> update(request, false)))
                    .add("PUT", path, ServiceHandler.of(request -> update(request, true)));
        }
    }

    private ManagementResponse get(final ManagementRequest request) throws ServiceException {
        final IoTHub hub = hubs.apply(request);
        return answer(hub, request.identity(), twins.apply(hub).get(request.identity()));
    }

    private ManagementResponse update(final ManagementRequest request, final boolean replace) throws ServiceException {
        final IoTHub hub = hubs.apply(request);
        final String etag = request.ifMatch().isEmpty() ? null : request.ifMatch();
        return answer(hub, request.identity(), twins.apply(hub).update(request.identity(), TwinUpdate.of(request.json(), replace, etag)));
    }

    private static ManagementResponse answer(final IoTHub hub, final IdentityKey key, final TwinState twin) {
        final RegisteredIdentity identity = hub.registry().find(key)
                .orElseThrow(() -> new ManagementException(404, "DeviceNotFound", "[%s] is not registered".formatted(key)));
        final boolean thumbprints = identity.authentication().type() == Authentication.Type.SELF_SIGNED;
        final JsonObject view = new JsonObject().with("deviceId", key.deviceId());
        if (key.isModule()) {
            view.with("moduleId", key.moduleId());
        }

        view.with("etag", twin.etag())
                .with("deviceEtag", identity.etag())
                .with("status", identity.enabled() ? "enabled" : "disabled")
                .with("statusUpdateTime", NEVER)
                .with("connectionState", hub.session(key).isPresent() ? "Connected" : "Disconnected")
                .with("lastActivityTime", NEVER)
                .with("authenticationType", identity.authentication().type().apiName())
                .with("x509Thumbprint", new JsonObject()
                        .with("primaryThumbprint", thumbprints ? identity.authentication().primary() : null)
                        .with("secondaryThumbprint", thumbprints ? identity.authentication().secondary() : null).fields())
                .with("modelId", hub.session(key).map(DeviceSession::modelId).orElse(""))
                .with("version", twin.version())
                .with("tags", twin.tags())
                .with("properties", Map.<String, JsonNode>of("desired", twin.desired(), "reported", twin.reported()));
        if (!key.isModule()) {
            view.with("capabilities", Map.of("iotEdge", false));
        }

        return ManagementResponse.json(view.fields()).withEtag(twin.etag());
    }
}
