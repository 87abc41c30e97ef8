/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A device that talks to the provisioning service step by step. */
final class DpsClient implements AutoCloseable {

    static final String ANSWERS = "$dps/registrations/res/#";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final CertifiedKey NONE = null;

    private final RawMqttClient client;
    private int lastPacketId;

    private DpsClient(final RawMqttClient client) {
        this.client = client;
    }

    static DpsClient open(final DpsEmulator dps, final X509Certificate anchor) throws GeneralSecurityException, IOException {
        return open(dps, anchor, NONE);
    }

    static DpsClient open(final DpsEmulator dps, final X509Certificate anchor, final CertifiedKey key) throws GeneralSecurityException, IOException {
        return new DpsClient(ClientTls.open(anchor, key, dps.mqttPort()));
    }

    /** A CONNECT that is accepted, to be bent by tests. */
    static RawMqttClient.Connect connect(final DpsEmulator dps, final String registrationId, final String key) {
        final String password = key == null ? null : dps.token(registrationId, key, Duration.ofHours(1));
        return new RawMqttClient.Connect(registrationId, "%s/registrations/%s/api-version=2019-03-31&ClientVersion=test%%2F1".formatted(
                dps.idScope(), registrationId), password, 4, 0, 60, null);
    }

    /** All of it: connects, subscribes, registers and polls until there is an outcome. */
    static JsonNode register(final DpsEmulator dps, final X509Certificate anchor, final String registrationId, final String key) throws Exception {
        try (DpsClient client = open(dps, anchor)) {
            client.start(connect(dps, registrationId, key));
            return client.outcome(client.register("{}")).body().get("registrationState");
        }
    }

    RawMqttClient raw() {
        return client;
    }

    void start(final RawMqttClient.Connect connect) throws IOException {
        assertCode(client.connectWith(connect));
        subscribe();
    }

    void subscribe() throws IOException {
        client.subscribe(++lastPacketId, ANSWERS, 1);
        client.read();
    }

    Answer register(final String body) throws IOException {
        publish("$dps/registrations/PUT/iotdps-register/?$rid=" + (lastPacketId + 1), body);
        return answer();
    }

    Answer poll(final String operationId) throws IOException {
        publish("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=" + (lastPacketId + 1) + "&operationId=" + operationId, " ");
        return answer();
    }

    /** Polls until the answer is not "assigning" any more. */
    Answer outcome(final Answer first) throws IOException {
        Answer answer = first;
        while (answer.status() == 202) {
            answer = poll(answer.body().get("operationId").asText());
        }
        return answer;
    }

    /** Publishes with quality of service 1 and reads the PUBACK. */
    void publish(final String topic, final String body) throws IOException {
        client.publish(topic, ++lastPacketId, body);
        if (client.readPuback() != lastPacketId) {
            throw new IOException("PUBACK of another packet");
        }
    }

    Answer answer() throws IOException {
        final RawMqttClient.Packet packet = client.read();
        if (packet.header() >> 4 != 3) {
            throw new IOException("Not a PUBLISH: " + packet);
        }
        final int length = packet.packetId();
        final String topic = new String(packet.body(), 2, length, StandardCharsets.UTF_8);
        final int start = 2 + length + ((packet.header() & 0x06) == 0 ? 0 : 2);
        return Answer.of(topic, MAPPER.readTree(packet.body(), start, packet.body().length - start));
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    private static void assertCode(final int code) throws IOException {
        if (code != 0) {
            throw new IOException("CONNACK " + code);
        }
    }

    record Answer(int status, Map<String, String> query, JsonNode body) {

        static Answer of(final String topic, final JsonNode body) {
            final String[] segments = topic.split("/");
            final Map<String, String> query = new HashMap<>();
            for (final String parameter : topic.substring(topic.indexOf('?') + 1).split("&")) {
                query.put(parameter.split("=")[0], parameter.split("=")[1]);
            }
            return new Answer(Integer.parseInt(segments[3]), query, body);
        }

        int retryAfter() {
            return Integer.parseInt(query.get("retry-after"));
        }

        int errorCode() {
            return body.get("errorCode").asInt();
        }
    }
}
