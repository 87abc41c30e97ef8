/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.query.TwinQuery;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.twin.TwinState;
import io.github.nifiazuremqtt.emulator.twin.TwinUpdate;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Twins and queries over them, with the paths and bodies of the IoT Hub service API. */
public final class TwinRoutes {

    private final Function<ManagementRequest, IoTHub> hubs;
    private final Function<IoTHub, Twins> twins;
    private final Function<IoTHub, CloudMessages> messages;
    private final ObjectMapper mapper = new ObjectMapper();

    /** Serves the hub that is chosen for a request. */
    public TwinRoutes(final Function<ManagementRequest, IoTHub> hubs, final Function<IoTHub, CloudMessages> messages,
                      final Function<IoTHub, Twins> twins) {
        this.hubs = hubs;
        this.messages = messages;
        this.twins = twins;
    }

    public void addTo(final Routes routes) {
        routes.add("POST", "/devices/query", ServiceHandler.of(this::query));
        for (final String path : List.of("/twins/{device}", "/twins/{device}/modules/{module}")) {
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

    private ManagementResponse query(final ManagementRequest request) throws ServiceException {
        final JsonNode text = request.jsonObject().path("query");
        if (!text.isTextual()) {
            throw new IllegalArgumentException("The body has no field [query]");
        }

        final TwinQuery query = TwinQuery.parse(text.asText());
        final IoTHub hub = hubs.apply(request);
        final List<JsonNode> found = new ArrayList<>();
        for (final RegisteredIdentity identity : identities(hub, query.modules())) {
            found.add(document(hub, identity));
        }

        return Page.of(query.run(found), request).withHeader("x-ms-item-type", query.wholeTwins() ? "twin" : "raw");
    }

    private static List<RegisteredIdentity> identities(final IoTHub hub, final boolean modules) {
        final Stream<RegisteredIdentity> devices = hub.registry().devices().stream();
        return modules ? devices.flatMap(device -> hub.registry().modules(device.key().deviceId()).stream()).toList() : devices.toList();
    }

    private JsonNode document(final IoTHub hub, final RegisteredIdentity identity) throws ServiceException {
        return mapper.valueToTree(TwinView.of(hub, messages.apply(hub), identity, twins.apply(hub).get(identity.key())));
    }

    private ManagementResponse answer(final IoTHub hub, final IdentityKey key, final TwinState twin) throws ServiceException {
        final RegisteredIdentity identity = IdentityWriter.existing(hub.registry(), key);
        return ManagementResponse.json(TwinView.of(hub, messages.apply(hub), identity, twin)).withEtag(twin.etag());
    }
}
