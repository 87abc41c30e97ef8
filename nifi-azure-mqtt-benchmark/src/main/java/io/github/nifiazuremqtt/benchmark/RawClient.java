/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;

/**
 * The HiveMQ client alone, with a window and nothing else around it: what one connection can do here.
 */
final class RawClient {

    private final IoTHubEmulator hub;
    private final String device;
    private final int window;

    RawClient(final IoTHubEmulator hub, final String device, final int window) {
        this.hub = hub;
        this.device = device;
        this.window = window;
    }

    /** Messages a second. */
    double measure(final int number, final byte[] body) throws InterruptedException, TimeoutException, GeneralSecurityException, IOException {
        final Mqtt3AsyncClient client = RawConnection.open(hub, device);
        final Stopwatch stopwatch = new Stopwatch(number);
        hub.telemetry().addListener(stopwatch);
        try {
            publish(client, number, body);
            return stopwatch.awaitRate();
        } finally {
            hub.telemetry().removeListener(stopwatch);
            client.disconnect().join();
        }
    }

    private void publish(final Mqtt3AsyncClient client, final int number, final byte[] body) throws InterruptedException {
        final Semaphore room = new Semaphore(window);
        final String topic = "devices/" + device + "/messages/events/%24.mid=";
        for (int index = 0; index < number; index++) {
            room.acquire();
            client.publishWith().topic(topic + index).qos(MqttQos.AT_LEAST_ONCE).payload(body).send().whenComplete((sent, failure) -> room.release());
        }
        room.acquire(window);
    }
}
