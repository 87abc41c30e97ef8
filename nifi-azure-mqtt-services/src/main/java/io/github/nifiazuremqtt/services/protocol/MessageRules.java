/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.util.Map;
import java.util.Optional;

/**
 * What IoT Hub would answer by closing the connection, found before it is sent (contract sections 3.1, 3.2 and 3.4).
 */
public final class MessageRules {

    /** Longest topic in bytes: a string of MQTT 3.1.1 section 1.5.3. */
    public static final int MAXIMUM_TOPIC_LENGTH = 65_535;

    private static final int MAXIMUM_MESSAGE_ID_LENGTH = 128;

    private static final CharacterSet MESSAGE_ID_CHARACTERS = CharacterSet.lettersDigitsAnd("-:.+%_#*?!(),=@;$'");

    private MessageRules() {
    }

    /**
     * @param topic what {@link DeviceTopics#telemetry} made of the properties of the message
     * @return why the message can never be sent, in one sentence; empty if it can
     */
    public static Optional<String> findProblem(final DeviceMessage message, final String topic) {
        if (topic.length() > MAXIMUM_TOPIC_LENGTH) {
            return Optional.of("Properties are too long: the topic that carries them would have %,d bytes and MQTT allows %,d"
                    .formatted(topic.length(), MAXIMUM_TOPIC_LENGTH));
        }

        // Properties are encoded, so these can only come from an id.
        if (topic.indexOf('#') >= 0 || topic.indexOf('+') >= 0) {
            return Optional.of("A device or module with # or + in its id can connect but never publish over MQTT, because the id stands in the topic: "
                    + "give it another id");
        }

        // The topic holds every name and value in a form that is never shorter, so only a message near the limit needs to be counted.
        if (message.body().length + topic.length() > DeviceMessage.MAXIMUM_SIZE) {
            final long size = countBytes(message.body().length, message.properties());
            if (size > DeviceMessage.MAXIMUM_SIZE) {
                return Optional.of("Message is too large: it has %,d bytes and IoT Hub takes %,d (body, values of system properties, names and values of "
                        .formatted(size, DeviceMessage.MAXIMUM_SIZE) + "application properties)");
            }
        }

        return findProblem(message.properties());
    }

    /**
     * @return size as IoT Hub counts it: body, values of system properties, names and values of application properties
     */
    public static long countBytes(final long bodySize, final MessageProperties properties) {
        long size = bodySize;
        for (final String value : properties.system().values()) {
            size += countBytes(value);
        }

        for (final String value : properties.otherSystem().values()) {
            size += countBytes(value);
        }

        for (final Map.Entry<String, String> property : properties.application().entrySet()) {
            size += countBytes(property.getKey()) + countBytes(property.getValue());
        }

        return size;
    }

    private static Optional<String> findProblem(final MessageProperties properties) {
        final String messageId = properties.system().get(SystemProperty.MESSAGE_ID);
        if (messageId != null && (messageId.length() > MAXIMUM_MESSAGE_ID_LENGTH || !MESSAGE_ID_CHARACTERS.containsAll(messageId))) {
            return Optional.of("Message ID [%s] is not made of at most %d ASCII letters, digits and %s"
                    .formatted(ShownText.value(messageId), MAXIMUM_MESSAGE_ID_LENGTH, MESSAGE_ID_CHARACTERS));
        }

        final String creationTime = properties.system().get(SystemProperty.CREATION_TIME);
        if (creationTime != null && !UtcTimestamp.isValid(creationTime)) {
            return Optional.of("Creation time [%s] is not in ISO 8601 UTC, for example 2026-03-01T12:00:00.000Z".formatted(ShownText.value(creationTime)));
        }

        for (final String name : properties.application().keySet()) {
            if (name.isEmpty()) {
                return Optional.of("An application property has an empty name");
            }
            if (PropertyBag.isSystemKey(name)) {
                return Optional.of("Application property [%s] has a name that IoT Hub takes for a system property".formatted(ShownText.value(name)));
            }
        }

        return Optional.empty();
    }

    private static int countBytes(final String text) {
        return text == null ? 0 : PercentCoding.countBytes(text);
    }
}
