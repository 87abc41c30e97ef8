/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * FlowFile attributes of what is received.
 */
final class MessageAttributes {

    private static final Map<SystemProperty, String> NAMES = new EnumMap<>(Map.ofEntries(
            Map.entry(SystemProperty.MESSAGE_ID, IoTHubAttributes.MESSAGE_ID),
            Map.entry(SystemProperty.CORRELATION_ID, IoTHubAttributes.CORRELATION_ID),
            Map.entry(SystemProperty.USER_ID, IoTHubAttributes.USER_ID),
            Map.entry(SystemProperty.TO, IoTHubAttributes.TO),
            Map.entry(SystemProperty.CONTENT_TYPE, IoTHubAttributes.MIME_TYPE),
            Map.entry(SystemProperty.CONTENT_ENCODING, IoTHubAttributes.CONTENT_ENCODING),
            Map.entry(SystemProperty.CREATION_TIME, IoTHubAttributes.CREATION_TIME),
            Map.entry(SystemProperty.EXPIRY_TIME, IoTHubAttributes.EXPIRY_TIME),
            Map.entry(SystemProperty.OUTPUT_NAME, IoTHubAttributes.SYSTEM_PREFIX + "on"),
            Map.entry(SystemProperty.COMPONENT_NAME, IoTHubAttributes.COMPONENT),
            Map.entry(SystemProperty.ACK, IoTHubAttributes.ACK)));

    private MessageAttributes() {
    }

    static Map<String, String> of(final DeviceIdentity identity, final String hostName) {
        final Map<String, String> attributes = new LinkedHashMap<>();
        put(IoTHubAttributes.HOSTNAME, hostName, attributes);
        attributes.put(IoTHubAttributes.DEVICE_ID, identity.deviceId());
        put(IoTHubAttributes.MODULE_ID, identity.moduleId(), attributes);
        return attributes;
    }

    static Map<String, String> of(final ReceivedMessage message) {
        final Map<String, String> attributes = of(message.identity(), message.hostName());
        final MessageProperties properties = message.properties();
        properties.system().forEach((property, value) -> put(NAMES.get(property), value, attributes));
        properties.otherSystem().forEach((key, value) -> put(IoTHubAttributes.SYSTEM_PREFIX + key, value == null ? "" : value, attributes));
        properties.application().forEach((name, value) -> {
            if (value == null) {
                attributes.put(IoTHubAttributes.NULL_PROPERTY_PREFIX + name, "");
            } else {
                attributes.put(IoTHubAttributes.PROPERTY_PREFIX + name, value);
            }
        });
        if (isExpired(message)) {
            attributes.put(IoTHubAttributes.EXPIRED, "true");
        }
        return attributes;
    }

    private static boolean isExpired(final ReceivedMessage message) {
        final String expiryTime = message.properties().system().get(SystemProperty.EXPIRY_TIME);
        if (expiryTime == null) {
            return false;
        }

        try {
            final Instant expiry = OffsetDateTime.parse(expiryTime).toInstant();
            return expiry.isBefore(message.received());
        } catch (final DateTimeException e) {
            // Whoever sent the message wrote no time there; the attribute shows what it is.
            return false;
        }
    }

    private static void put(final String name, final String value, final Map<String, String> attributes) {
        if (value != null) {
            attributes.put(name, value);
        }
    }
}
