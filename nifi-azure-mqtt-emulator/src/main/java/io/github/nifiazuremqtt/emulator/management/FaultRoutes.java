/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.fault.ConnectionFaults;
import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.github.nifiazuremqtt.emulator.fault.Throttle;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;

/** Faults on demand over HTTP: {@code POST /emulator/faults} with an object whose fields each switch one fault. Times are in milliseconds. */
public final class FaultRoutes {

    private final Faults faults;
    private final Map<String, BiConsumer<ConnectionFaults, JsonNode>> connectionFaults = Map.ofEntries(
            Map.entry("delayPubacks", (target, value) -> target.delayPubacks(millis(value))),
            Map.entry("swallowPuback", (target, value) -> target.swallowPuback(value.asLong())),
            Map.entry("swallowEveryPuback", (target, value) -> target.swallowEveryPuback(value.asLong())),
            Map.entry("closeEvery", (target, value) -> target.closeEvery(millis(value))),
            Map.entry("delayConnacks", (target, value) -> target.delayConnacks(millis(value))),
            Map.entry("readSlowly", (target, value) -> target.readSlowly(millis(value))),
            Map.entry("refuseConnects", (target, value) -> target.refuseConnects(value.path("code").asInt(5), value.path("times").asLong(1))),
            Map.entry("poison", (target, value) -> target.poison(message -> isPoison(message, value))));
    private final Map<String, BiConsumer<Faults, JsonNode>> serviceFaults = Map.ofEntries(
            Map.entry("drop", (target, value) -> target.dropConnections()),
            Map.entry("reset", (target, value) -> target.resetConnections()),
            Map.entry("away", FaultRoutes::away),
            Map.entry("refuseSockets", (target, value) -> target.refuseSockets(value.asBoolean())),
            Map.entry("sends", (target, value) -> limit(target.sends(), value)),
            Map.entry("connects", (target, value) -> limit(target.connects(), value)),
            Map.entry("quota", (target, value) -> target.quota().set(value.asLong())));

    public FaultRoutes(final Faults faults) {
        this.faults = faults;
    }

    public void addTo(final Routes routes) {
        routes.add("POST", "/emulator/faults", this::set).add("DELETE", "/emulator/faults", this::clear);
    }

    private ManagementResponse set(final ManagementRequest request) {
        final JsonNode body = request.json();
        for (final Map.Entry<String, JsonNode> field : body.properties()) {
            if (!field.getKey().equals("clientId") && !connectionFaults.containsKey(field.getKey()) && !serviceFaults.containsKey(field.getKey())) {
                throw new IllegalArgumentException("There is no fault [%s]".formatted(field.getKey()));
            }
        }

        final ConnectionFaults target = body.has("clientId") ? faults.client(body.get("clientId").asText()) : faults.everyone();
        for (final Map.Entry<String, JsonNode> field : body.properties()) {
            if (connectionFaults.containsKey(field.getKey())) {
                connectionFaults.get(field.getKey()).accept(target, field.getValue());
            } else if (serviceFaults.containsKey(field.getKey())) {
                serviceFaults.get(field.getKey()).accept(faults, field.getValue());
            }
        }

        return ManagementResponse.noContent();
    }

    private ManagementResponse clear(final ManagementRequest request) {
        faults.clear();
        return ManagementResponse.noContent();
    }

    /** A number is how long; true is until false comes. */
    private static void away(final Faults faults, final JsonNode value) {
        if (value.isNumber()) {
            faults.goAway(millis(value));
        } else if (value.asBoolean()) {
            faults.goAway();
        } else {
            faults.comeBack();
        }
    }

    private static void limit(final Throttle throttle, final JsonNode value) {
        if (value.isNull()) {
            throttle.lift();
        } else {
            throttle.limit(value.path("perSecond").asDouble(), millis(value.path("longestDelay")));
        }
    }

    /** Either {@code {"body": text}}, contained in the body, or {@code {"property": name, "value": text}}. */
    private static boolean isPoison(final TelemetryMessage message, final JsonNode value) {
        if (value.has("body")) {
            return message.text().contains(value.get("body").asText());
        }

        return value.has("property") && value.path("value").asText().equals(message.applicationProperties().get(value.get("property").asText()));
    }

    private static Duration millis(final JsonNode value) {
        return Duration.ofMillis(value.asLong());
    }
}
