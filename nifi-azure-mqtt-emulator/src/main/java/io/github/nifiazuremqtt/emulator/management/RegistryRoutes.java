/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The identity registry, with the paths and bodies of the IoT Hub service API. */
public final class RegistryRoutes {

    private static final int MOST_DEVICES = 1000;

    private final Function<ManagementRequest, IoTHub> hubs;
    private final Function<IoTHub, CloudMessages> messages;
    private final Function<IoTHub, Twins> twins;
    private final IdentityWriter writer = new IdentityWriter();
    private final BulkOperations bulk = new BulkOperations(writer);

    /** Serves the hub that is chosen for a request. */
    public RegistryRoutes(final Function<ManagementRequest, IoTHub> hubs, final Function<IoTHub, CloudMessages> messages,
                          final Function<IoTHub, Twins> twins) {
        this.hubs = hubs;
        this.messages = messages;
        this.twins = twins;
    }

    public void addTo(final Routes routes) {
        routes.add("GET", "/devices", this::devices)
                .add("POST", "/devices", request -> bulk.run(hubs.apply(request).registry(), twins.apply(hubs.apply(request)), request.json()))
                .add("GET", "/devices/{device}/modules", ServiceHandler.of(this::modules))
                .add("DELETE", "/devices/{device}/commands", ServiceHandler.of(this::purge))
                .add("GET", "/statistics/devices", this::deviceStatistics)
                .add("GET", "/statistics/service", this::serviceStatistics);
        for (final String path : List.of("/devices/{device}", "/devices/{device}/modules/{module}")) {
            routes.add("GET", path, ServiceHandler.of(this::get))
                    .add("PUT", path, ServiceHandler.of(this::put))
                    .add("DELETE", path, ServiceHandler.of(this::delete));
        }
    }

    private ManagementResponse devices(final ManagementRequest request) {
        final int top = request.number("top", MOST_DEVICES, 1, MOST_DEVICES);
        return list(request, hubs.apply(request).registry().devices().stream().limit(top).toList());
    }

    private ManagementResponse modules(final ManagementRequest request) throws ServiceException {
        final IoTHub hub = hubs.apply(request);
        IdentityWriter.existing(hub.registry(), request.identity());
        return list(request, hub.registry().modules(request.path().get("device")));
    }

    private ManagementResponse list(final ManagementRequest request, final List<RegisteredIdentity> identities) {
        return ManagementResponse.json(identities.stream().map(identity -> view(hubs.apply(request), identity)).toList());
    }

    private ManagementResponse get(final ManagementRequest request) throws ServiceException {
        final IoTHub hub = hubs.apply(request);
        return answer(hub, IdentityWriter.existing(hub.registry(), request.identity()));
    }

    /** Without If-Match it makes an identity, with it it changes one. */
    private ManagementResponse put(final ManagementRequest request) throws ServiceException {
        final IoTHub hub = hubs.apply(request);
        final IdentityKey key = request.identity();
        return answer(hub, request.ifMatch().isEmpty() ? writer.create(hub.registry(), key, request.jsonObject())
                : writer.update(hub.registry(), key, request.jsonObject(), request.ifMatch()));
    }

    private ManagementResponse delete(final ManagementRequest request) throws ServiceException {
        writer.delete(hubs.apply(request).registry(), request.identity(), request.ifMatch().isEmpty() ? "*" : request.ifMatch());
        return ManagementResponse.noContent();
    }

    private ManagementResponse purge(final ManagementRequest request) throws ServiceException {
        final String device = request.path().get("device");
        final int purged = messages.apply(hubs.apply(request)).purge(device);
        return ManagementResponse.json(new JsonObject().with("deviceId", device).with("moduleId", null).with("totalMessagesPurged", purged).fields());
    }

    private ManagementResponse deviceStatistics(final ManagementRequest request) {
        final List<RegisteredIdentity> devices = hubs.apply(request).registry().devices();
        final long enabled = devices.stream().filter(RegisteredIdentity::enabled).count();
        return ManagementResponse.json(new JsonObject()
                .with("totalDeviceCount", devices.size())
                .with("enabledDeviceCount", enabled)
                .with("disabledDeviceCount", devices.size() - enabled)
                .fields());
    }

    private ManagementResponse serviceStatistics(final ManagementRequest request) {
        final long connected = hubs.apply(request).sessions().stream().map(session -> session.key().deviceId()).distinct().count();
        return ManagementResponse.json(Map.of("connectedDeviceCount", connected));
    }

    private ManagementResponse answer(final IoTHub hub, final RegisteredIdentity identity) {
        return ManagementResponse.json(view(hub, identity)).withEtag(identity.etag());
    }

    private Map<String, Object> view(final IoTHub hub, final RegisteredIdentity identity) {
        return IdentityView.of(hub, messages.apply(hub), identity);
    }
}
