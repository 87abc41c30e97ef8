/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import io.github.nifiazuremqtt.emulator.hub.HubRole;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectionLog;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What only an emulator can tell: what has arrived, who is connected, and what was counted. */
public final class EmulatorRoutes {

    private static final int NEWEST = 100;

    private final HubRole hubs;
    private final Function<ManagementRequest, IoTHub> chosenHub;
    private final ConnectionLog connections;
    private final Supplier<Map<String, Object>> health;
    private final Supplier<String> trustAnchor;

    /**
     * Serves these paths.
     *
     * @param hubs all hubs
     * @param chosenHub the hub that a request means
     * @param connections log of the connections
     * @param health fields of the health answer
     * @param trustAnchor what clients have to trust, as PEM
     */
    public EmulatorRoutes(final HubRole hubs, final Function<ManagementRequest, IoTHub> chosenHub, final ConnectionLog connections,
                          final Supplier<Map<String, Object>> health, final Supplier<String> trustAnchor) {
        this.hubs = hubs;
        this.chosenHub = chosenHub;
        this.connections = connections;
        this.health = health;
        this.trustAnchor = trustAnchor;
    }

    public void addTo(final Routes routes) {
        routes.add("GET", "/emulator/health", request -> ManagementResponse.json(health.get()))
                .add("GET", "/emulator/trust", request -> ManagementResponse.text(trustAnchor.get()))
                .add("GET", "/emulator/telemetry", this::telemetry)
                .add("DELETE", "/emulator/telemetry", this::clearTelemetry)
                .add("GET", "/emulator/counters", request -> ManagementResponse.json(counters()))
                .add("GET", "/emulator/connections", request -> ManagementResponse.json(connections()));
    }

    private ManagementResponse telemetry(final ManagementRequest request) {
        final String device = request.query().get("device");
        final int top = request.number("top", NEWEST, 1, Integer.MAX_VALUE);
        final List<TelemetryMessage> messages = chosenHub.apply(request).telemetry().messages().stream()
                .filter(message -> device == null || device.equals(message.deviceId()))
                .toList();
        return ManagementResponse.json(messages.subList(Math.max(0, messages.size() - top), messages.size()).stream().map(TelemetryView::of).toList());
    }

    private ManagementResponse clearTelemetry(final ManagementRequest request) {
        chosenHub.apply(request).telemetry().clear();
        return ManagementResponse.noContent();
    }

    private Map<String, Object> counters() {
        final Map<String, Long> evictions = connections.evictions().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum(), Long::sum, TreeMap::new));
        final Map<String, Long> telemetry = hubs.hubs().stream()
                .collect(Collectors.toMap(IoTHub::name, hub -> hub.telemetry().count(), Long::sum, TreeMap::new));
        return new JsonObject()
                .with("socketsAccepted", connections.socketsAccepted())
                .with("connectionsOpened", connections.opened())
                .with("connectionsOpen", connections.open().size())
                .with("connectsRefused", connections.refused())
                .with("evictions", evictions)
                .with("telemetry", telemetry)
                .fields();
    }

    private Map<String, Object> connections() {
        return new JsonObject()
                .with("open", hubs.hubs().stream().flatMap(hub -> hub.sessions().stream().map(session -> view(hub, session))).toList())
                .with("ended", connections.ends().stream().map(end -> new JsonObject()
                        .with("time", end.time().toString())
                        .with("clientId", end.clientId())
                        .with("row", end.refusal().row())
                        .with("reason", end.refusal().reason())
                        .fields()).toList())
                .fields();
    }

    private static Map<String, Object> view(final IoTHub hub, final DeviceSession session) {
        return new JsonObject()
                .with("hub", hub.name())
                .with("clientId", session.key().clientId())
                .with("remoteAddress", String.valueOf(session.connection().remoteAddress()))
                .with("cleanSession", session.isCleanSession())
                .with("subscriptions", session.filters())
                .fields();
    }
}
