/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;

/**
 * The HiveMQ client alone: a message is acknowledged, and a method answered, as soon as the callback has it.
 */
final class RawResponder implements AutoCloseable {

    private static final String REQUEST_ID = "$rid=";

    private final String device;
    private final Mqtt3AsyncClient client;

    private RawResponder(final String device, final Mqtt3AsyncClient client) {
        this.device = device;
        this.client = client;
    }

    static RawResponder start(final IoTHubEmulator hub, final String device) throws GeneralSecurityException, IOException {
        final RawResponder responder = new RawResponder(device, RawConnection.open(hub, device));
        responder.subscribe("devices/" + device + "/messages/devicebound/#", MqttQos.AT_LEAST_ONCE, message -> { });
        responder.subscribe("$iothub/methods/POST/#", MqttQos.AT_MOST_ONCE, responder::answer);
        return responder;
    }

    /** The client acknowledges when the callback has returned. */
    private void subscribe(final String filter, final MqttQos qos, final Consumer<Mqtt3Publish> callback) {
        client.subscribeWith().topicFilter(filter).qos(qos).callback(callback).send().join();
    }

    private void answer(final Mqtt3Publish request) {
        final String topic = request.getTopic().toString();
        client.publishWith().topic("$iothub/methods/res/200/?" + topic.substring(topic.indexOf(REQUEST_ID)))
                .qos(MqttQos.AT_MOST_ONCE).payload(request.getPayloadAsBytes()).send();
    }

    String device() {
        return device;
    }

    @Override
    public void close() {
        client.disconnect().join();
    }
}
