/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.message.MessageTrace;
import io.github.nifiazuremqtt.sandbox.Await;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the hub sends to one device, one after the other, and how long it takes; all times are taken at the hub.
 */
final class RoundTrips {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final IoTHubEmulator hub;
    private final String device;
    private final Latencies messages = new Latencies();
    private final Latencies methods = new Latencies();
    private volatile CompletableFuture<Long> acknowledged = new CompletableFuture<>();

    RoundTrips(final IoTHubEmulator hub, final String device) {
        this.hub = hub;
        this.device = device;
        hub.messages().addListener(this::changed);
    }

    private void changed(final MessageTrace message) {
        if (message.outcome() != null && message.deviceId().equals(device)) {
            acknowledged.complete(System.nanoTime());
        }
    }

    void awaitReachable() throws InterruptedException, TimeoutException {
        final Set<String> filters = Set.of("devices/" + device + "/messages/devicebound/#", "$iothub/methods/POST/#");
        Await.until(device + " has subscribed", LIMIT, () -> hub.hub().session(IdentityKey.device(device))
                .filter(session -> session.filters().containsAll(filters)).isPresent());
    }

    /** Sends a message and waits until it is acknowledged. */
    void sendMessage() throws Exception {
        acknowledged = new CompletableFuture<>();
        final long start = System.nanoTime();
        hub.messages().send(device, CloudMessage.of("message"));
        messages.add(acknowledged.get(LIMIT.toSeconds(), TimeUnit.SECONDS) - start);
    }

    /** Calls a method and waits for its answer. */
    void callMethod() throws Exception {
        final long start = System.nanoTime();
        methods.add(hub.methods().call(device, "echo", "{}").thenApply(answer -> System.nanoTime()).get(LIMIT.toSeconds(), TimeUnit.SECONDS) - start);
    }

    Latencies messages() {
        return messages;
    }

    Latencies methods() {
        return methods;
    }

    void clear() {
        messages.clear();
        methods.clear();
    }
}
