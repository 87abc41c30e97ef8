/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.telemetry.SystemPropertyName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message to a device, as its sender gives it to the hub.
 *
 * @param body payload
 * @param systemProperties system properties; not {@code to}, which the hub sets, nor the expiry or the feedback request
 * @param applicationProperties application properties in wire order; null as a value is a bare key, which is not the empty text
 * @param expiry when it ends, null for the default time to live
 * @param feedback of which outcomes the sender wants to hear
 */
public record CloudMessage(
        byte[] body,
        Map<SystemPropertyName, String> systemProperties,
        Map<String, String> applicationProperties,
        Instant expiry,
        FeedbackRequest feedback) {

    public CloudMessage {
        systemProperties = Collections.unmodifiableMap(new LinkedHashMap<>(systemProperties));
        applicationProperties = Collections.unmodifiableMap(new LinkedHashMap<>(applicationProperties));
    }

    /** A message with nothing but a body. */
    public static CloudMessage of(final byte[] body) {
        return new CloudMessage(body, Map.of(), Map.of(), null, FeedbackRequest.NONE);
    }

    public static CloudMessage of(final String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    public CloudMessage withMessageId(final String messageId) {
        return with(SystemPropertyName.MESSAGE_ID, messageId);
    }

    public CloudMessage with(final SystemPropertyName name, final String value) {
        final Map<SystemPropertyName, String> changed = new LinkedHashMap<>(systemProperties);
        changed.put(name, value);
        return new CloudMessage(body, changed, applicationProperties, expiry, feedback);
    }

    /** Adds an application property. */
    public CloudMessage withProperty(final String name, final String value) {
        final Map<String, String> changed = new LinkedHashMap<>(applicationProperties);
        changed.put(name, value);
        return new CloudMessage(body, systemProperties, changed, expiry, feedback);
    }

    public CloudMessage withExpiry(final Instant instant) {
        return new CloudMessage(body, systemProperties, applicationProperties, instant, feedback);
    }

    public CloudMessage withFeedback(final FeedbackRequest request) {
        return new CloudMessage(body, systemProperties, applicationProperties, expiry, request);
    }

    /** The message id, empty if the sender gave none. */
    public String messageId() {
        return systemProperties.getOrDefault(SystemPropertyName.MESSAGE_ID, "");
    }

    /** The bytes that count against the limit: body, values of system properties, names and values of application properties. */
    int size() {
        int size = body.length;
        for (final String value : systemProperties.values()) {
            size += length(value);
        }

        for (final Map.Entry<String, String> property : applicationProperties.entrySet()) {
            size += length(property.getKey()) + length(property.getValue());
        }

        return size;
    }

    @Override
    public String toString() {
        return "CloudMessage[bytes=%d, system=%s, application=%s, expiry=%s, feedback=%s]"
                .formatted(body.length, systemProperties, applicationProperties, expiry, feedback);
    }

    private static int length(final String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
