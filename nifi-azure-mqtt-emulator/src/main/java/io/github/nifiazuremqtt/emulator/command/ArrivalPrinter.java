/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.management.TelemetryView;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Prints the set-up of an emulator and then a line per message, for people or for machines. */
final class ArrivalPrinter implements Consumer<TelemetryMessage> {

    private static final int LONGEST_BODY = 120;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final PrintWriter out;
    private final boolean json;
    private final ObjectMapper mapper = new ObjectMapper();

    ArrivalPrinter(final PrintWriter out, final boolean json) {
        this.out = out;
        this.json = json;
    }

    void started(final IoTHubEmulator emulator, final Path caFile, final Duration tokenLife) {
        if (json) {
            final Map<String, String> connectionStrings = new LinkedHashMap<>();
            EmulatorCommand.deviceIds(emulator).forEach(device -> connectionStrings.put(device, emulator.connectionString(device).text()));
            print(Map.of("mqttPort", emulator.mqttPort(), "webSocketPort", emulator.webSocketPort(), "managementPort", emulator.managementPort(),
                    "serviceApiPort", emulator.serviceApiPort(),
                    "caFile", caFile.toString(), "connectionStrings", connectionStrings));
            return;
        }

        out.println("IoT Hub emulator [%s]: MQTT on port %d, WebSocket on port %d, management on http://127.0.0.1:%d/emulator/health"
                .formatted(emulator.hostName(), emulator.mqttPort(), emulator.webSocketPort(), emulator.managementPort()));
        out.println("Service API on https://%s:%d, for tokens of a policy".formatted(emulator.hostName(), emulator.serviceApiPort()));
        out.println("Clients have to trust " + caFile);
        for (final String device : EmulatorCommand.deviceIds(emulator)) {
            out.println();
            out.println("Device %s: %s".formatted(device, emulator.connectionString(device).text()));
            out.println(mosquitto(emulator, device, caFile, tokenLife));
        }

        out.println();
        out.flush();
    }

    @Override
    public void accept(final TelemetryMessage message) {
        if (json) {
            print(TelemetryView.of(message));
        } else {
            out.println(line(message));
            out.flush();
        }
    }

    static String line(final TelemetryMessage message) {
        final String sender = message.moduleId().isEmpty() ? message.deviceId() : message.deviceId() + "/" + message.moduleId();
        final Map<String, String> shown = new LinkedHashMap<>();
        message.systemProperties().forEach((name, value) -> {
            if (name.endsWith("-id") && !name.startsWith("iothub-connection")) {
                shown.put(name, value);
            }
        });
        shown.putAll(message.applicationProperties());
        final String properties = shown.entrySet().stream()
                .map(entry -> entry.getValue() == null ? entry.getKey() : entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ", "[", "]"));
        final String contentType = message.systemProperties().getOrDefault("content-type", "-");
        return "%s %s %d B %s %s %s".formatted(TIME.format(message.enqueuedTime()), sender, message.body().length, contentType, visible(properties),
                body(message.body()));
    }

    private static String mosquitto(final IoTHubEmulator emulator, final String device, final Path caFile, final Duration tokenLife) {
        final ConnectionString connection = emulator.connectionString(device);
        return "mosquitto_pub -V mqttv311 -q 1 -h %8$s -p %2$d --cafile %3$s -i %4$s -u '%1$s/%4$s/?api-version=2021-04-12' -P '%5$s' -t '%6$s' -m '%7$s'"
                .formatted(connection.bareHost(), emulator.mqttPort(), caFile, device, emulator.token(device, tokenLife),
                        "devices/" + device + "/messages/events/$.ct=application%2Fjson&$.ce=utf-8&site=plant%20A", "{\"temperature\":21.5}",
                        connection.bareServer());
    }

    private static String body(final byte[] body) {
        try {
            final String text = visible(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
            return text.length() > LONGEST_BODY ? text.substring(0, LONGEST_BODY) + "…" : text;
        } catch (final CharacterCodingException e) {
            return "(binary)";
        }
    }

    /** One line stays one line, and a terminal is not steered by what a device sends. */
    static String visible(final String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private void print(final Object value) {
        try {
            out.println(mapper.writeValueAsString(value));
            out.flush();
        } catch (final JsonProcessingException e) {
            throw new IllegalStateException("A message can be written as JSON", e);
        }
    }
}
