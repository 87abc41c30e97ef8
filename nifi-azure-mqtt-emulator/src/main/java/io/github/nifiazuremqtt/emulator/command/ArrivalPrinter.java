/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.management.TelemetryView;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Prints a line per message, for people or for machines. */
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
