/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A message as JSON: the body as text if it is text, in base64 otherwise. */
public final class TelemetryView {

    private TelemetryView() {
    }

    /** The fields of the JSON object. */
    public static Map<String, Object> of(final TelemetryMessage message) {
        final JsonObject view = new JsonObject()
                .with("enqueuedTime", message.enqueuedTime().toString())
                .with("hub", message.hub())
                .with("deviceId", message.deviceId());
        if (!message.moduleId().isEmpty()) {
            view.with("moduleId", message.moduleId());
        }

        view.with("size", message.body().length)
                .with("systemProperties", message.systemProperties())
                .with("properties", message.applicationProperties());
        try {
            view.with("body", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.body())).toString());
        } catch (final CharacterCodingException e) {
            view.with("bodyBase64", Base64.getEncoder().encodeToString(message.body()));
        }

        return view.fields();
    }
}
