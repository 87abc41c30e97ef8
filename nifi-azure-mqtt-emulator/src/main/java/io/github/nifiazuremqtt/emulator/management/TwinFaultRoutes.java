/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.twin.TwinFault;
import io.github.nifiazuremqtt.emulator.twin.TwinFaults;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * Faults of twin requests over HTTP: {@code POST /emulator/twins/faults} with {@code {"times": 2, "fault": ..}} for the next requests, or
 * {@code {"seed": 1, "share": 0.3, "faults": [..]}} by chance. A fault is a status, {@code "lost"}, {@code "unanswered"}, or {@code {"late": milliseconds}}.
 */
public final class TwinFaultRoutes {

    private final Function<ManagementRequest, TwinFaults> faults;

    /** Serves the hub that is chosen for a request. */
    public TwinFaultRoutes(final Function<ManagementRequest, IoTHub> hubs, final Function<IoTHub, Twins> twins) {
        this.faults = hubs.andThen(twins).andThen(Twins::faults);
    }

    public void addTo(final Routes routes) {
        routes.add("POST", "/emulator/twins/faults", this::set).add("DELETE", "/emulator/twins/faults", this::clear);
    }

    private ManagementResponse set(final ManagementRequest request) {
        final JsonNode body = request.json();
        if (body.has("share")) {
            final TwinFault[] choices = StreamSupport.stream(body.path("faults").spliterator(), false).map(TwinFaultRoutes::fault).toArray(TwinFault[]::new);
            faults.apply(request).randomly(body.path("seed").asLong(), body.get("share").asDouble(), choices);
        } else {
            faults.apply(request).next(body.path("times").asInt(1), fault(body.path("fault")));
        }

        return ManagementResponse.noContent();
    }

    private ManagementResponse clear(final ManagementRequest request) {
        faults.apply(request).clear();
        return ManagementResponse.noContent();
    }

    private static TwinFault fault(final JsonNode json) {
        if (json.isInt()) {
            return TwinFault.status(json.asInt());
        }

        if (json.has("late")) {
            return TwinFault.late(Duration.ofMillis(json.get("late").asLong()));
        }

        return switch (json.asText()) {
            case "lost" -> TwinFault.lost();
            case "unanswered" -> TwinFault.unanswered();
            default -> throw new IllegalArgumentException("There is no fault " + json);
        };
    }
}
