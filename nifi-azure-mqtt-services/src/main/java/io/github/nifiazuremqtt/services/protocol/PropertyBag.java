/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The properties of a message as they stand behind the last slash of a topic (contract sections 3.1, 3.2 and 4.1): {@code %24.mid=1&name=value&flag}.
 */
public final class PropertyBag {

    private static final String SYSTEM_PREFIX = "$.";

    private static final String ENCODED_SYSTEM_PREFIX = "%24.";

    private static final Map<SystemProperty, String> ENCODED_KEYS = new EnumMap<>(SystemProperty.class);

    private static final Map<String, SystemProperty> SYSTEM_PROPERTIES = new HashMap<>();

    static {
        for (final SystemProperty property : SystemProperty.values()) {
            final String key = keyOf(property);
            SYSTEM_PROPERTIES.put(key, property);
            ENCODED_KEYS.put(property, PercentCoding.encode(key));
        }
    }

    private PropertyBag() {
    }

    /**
     * @return empty if there are no properties
     * @throws WireFormatException if a name or value has no UTF-8 form
     */
    public static String encode(final MessageProperties properties) {
        final StringBuilder bag = new StringBuilder(128);
        append(bag, properties);
        return bag.toString();
    }

    static void append(final StringBuilder target, final MessageProperties properties) {
        final int start = target.length();
        properties.system().forEach((property, value) -> {
            separate(target, start).append(ENCODED_KEYS.get(property));
            appendValue(target, value);
        });
        properties.otherSystem().forEach((key, value) -> {
            PercentCoding.appendEncoded(separate(target, start).append(ENCODED_SYSTEM_PREFIX), key);
            appendValue(target, value);
        });
        properties.application().forEach((name, value) -> {
            PercentCoding.appendEncoded(separate(target, start), name);
            appendValue(target, value);
        });
    }

    /**
     * Reads a bag as tolerantly as it can be read without guessing: a leading {@code ?} and a trailing {@code /} are no part of it, empty parts are skipped, a
     * part without {@code =} has a null value, the last of equal keys holds. A name or value that is not percent-encoded UTF-8 is kept as it stands, because a
     * message that cannot be delivered would come again for ever and hold back all later ones.
     */
    public static MessageProperties decode(final String bag) {
        final int start = bag.startsWith("?") ? 1 : 0;
        final int end = bag.endsWith("/") ? bag.length() - 1 : bag.length();
        if (start >= end) {
            return MessageProperties.NONE;
        }

        final Map<SystemProperty, String> system = new EnumMap<>(SystemProperty.class);
        final Map<String, String> otherSystem = new LinkedHashMap<>();
        final Map<String, String> application = new LinkedHashMap<>();
        int from = start;
        while (from < end) {
            final int separator = bag.indexOf('&', from);
            final int to = separator < 0 || separator > end ? end : separator;
            if (to > from) {
                final int equals = bag.indexOf('=', from);
                final boolean valued = equals >= 0 && equals < to;
                final String key = decodeTolerantly(bag.substring(from, valued ? equals : to));
                final String value = valued ? decodeTolerantly(bag.substring(equals + 1, to)) : null;
                final SystemProperty property = SYSTEM_PROPERTIES.get(key);
                if (property != null) {
                    system.put(property, value);
                } else if (key.startsWith(SYSTEM_PREFIX)) {
                    otherSystem.put(key.substring(SYSTEM_PREFIX.length()), value);
                } else {
                    application.put(key, value);
                }
            }

            from = to + 1;
        }

        return new MessageProperties(system, otherSystem, application);
    }

    /**
     * @return true if a property of this name would be read as a system property
     */
    static boolean isSystemKey(final String name) {
        return name.startsWith(SYSTEM_PREFIX) || SYSTEM_PROPERTIES.containsKey(name);
    }

    private static String keyOf(final SystemProperty property) {
        return switch (property) {
            case MESSAGE_ID -> "$.mid";
            case CORRELATION_ID -> "$.cid";
            case USER_ID -> "$.uid";
            case TO -> "$.to";
            case CONTENT_TYPE -> "$.ct";
            case CONTENT_ENCODING -> "$.ce";
            case CREATION_TIME -> "$.ctime";
            case EXPIRY_TIME -> "$.exp";
            case OUTPUT_NAME -> "$.on";
            case COMPONENT_NAME -> "$.sub";
            case ACK -> "iothub-ack";
        };
    }

    private static StringBuilder separate(final StringBuilder target, final int start) {
        return target.length() > start ? target.append('&') : target;
    }

    private static void appendValue(final StringBuilder target, final String value) {
        if (value != null) {
            PercentCoding.appendEncoded(target.append('='), value);
        }
    }

    private static String decodeTolerantly(final String text) {
        try {
            return PercentCoding.decode(text);
        } catch (final WireFormatException e) {
            return text;
        }
    }
}
