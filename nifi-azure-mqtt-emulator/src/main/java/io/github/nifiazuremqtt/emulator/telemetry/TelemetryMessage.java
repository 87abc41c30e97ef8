/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.telemetry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;

/**
 * A device-to-cloud message as a consumer of the hub sees it. Body and maps are handed over by its maker, not copied.
 *
 * @param hub name of the hub
 * @param deviceId device that sent it
 * @param moduleId module that sent it, empty for a device
 * @param body payload
 * @param systemProperties system properties by their name at the consumer, such as {@code message-id}
 * @param applicationProperties application properties in wire order; a bare key has the value null
 * @param enqueuedTime arrival
 * @param qos quality of service of the PUBLISH
 * @param duplicate whether the PUBLISH was marked as a repetition
 */
public record TelemetryMessage(
        String hub,
        String deviceId,
        String moduleId,
        byte[] body,
        Map<String, String> systemProperties,
        Map<String, String> applicationProperties,
        Instant enqueuedTime,
        int qos,
        boolean duplicate) {

    public TelemetryMessage {
        systemProperties = Collections.unmodifiableMap(systemProperties);
        applicationProperties = Collections.unmodifiableMap(applicationProperties);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The message id, null if the sender gave none. */
    public String messageId() {
        return systemProperties.get(SystemPropertyName.MESSAGE_ID.consumerName());
    }

    @Override
    public String toString() {
        return "TelemetryMessage[device=%s, module=%s, bytes=%d, system=%s, application=%s]"
                .formatted(deviceId, moduleId, body.length, systemProperties, applicationProperties);
    }
}
