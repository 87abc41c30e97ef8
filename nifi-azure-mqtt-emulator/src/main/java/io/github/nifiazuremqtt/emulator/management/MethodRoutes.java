/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import io.github.nifiazuremqtt.emulator.method.MethodCall;
import io.github.nifiazuremqtt.emulator.method.Methods;
import io.github.nifiazuremqtt.emulator.service.ErrorBody;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Calls of direct methods, with the paths and bodies of the IoT Hub service API. */
public final class MethodRoutes {

    private final Function<ManagementRequest, IoTHub> hubs;
    private final Function<IoTHub, Methods> methods;
    private final Clock clock;

    /** Serves the hub that is chosen for a request. */
    public MethodRoutes(final Function<ManagementRequest, IoTHub> hubs, final Function<IoTHub, Methods> methods, final Clock clock) {
        this.hubs = hubs;
        this.methods = methods;
        this.clock = clock;
    }

    public void addTo(final Routes routes) {
        routes.add("POST", "/twins/{device}/methods", this::call)
                .add("POST", "/twins/{device}/modules/{module}/methods", this::call);
    }

    private ManagementResponse call(final ManagementRequest request) {
        try {
            final MethodAnswer answer = methods.apply(hubs.apply(request)).call(request.identity(), MethodCall.of(request.json())).get();
            return ManagementResponse.json(new JsonObject().with("status", answer.status()).with("payload", answer.payload()).fields());
        } catch (final ExecutionException e) {
            return refusal((ServiceException) e.getCause());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ManagementException(503, "ServiceUnavailable", "the emulator ends");
        }
    }

    /** The error of a method is JSON in the text of the usual error body. */
    private ManagementResponse refusal(final ServiceException refusal) {
        final ObjectNode message = ErrorBody.of(refusal.error().number(), refusal.getMessage(), clock.instant());
        if (refusal.error() == ServiceError.DEVICE_NOT_ONLINE || refusal.error() == ServiceError.DEVICE_TIMED_OUT) {
            message.putObject("info").put("timeout", "00:00:00");
        }

        return ManagementResponse.json(refusal.error().status(),
                new JsonObject().with("Message", message.toString()).with("ExceptionMessage", "").fields());
    }
}
