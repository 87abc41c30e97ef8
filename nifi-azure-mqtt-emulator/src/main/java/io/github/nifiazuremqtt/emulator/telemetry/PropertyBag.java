/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.telemetry;

import io.github.nifiazuremqtt.emulator.sas.PercentCoding;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The properties behind {@code messages/events/} of a topic. A bare key has the value null, {@code key=} the empty text.
 *
 * @param system system properties by their name at the consumer
 * @param application application properties
 */
public record PropertyBag(Map<String, String> system, Map<String, String> application) {

    /**
     * Reads a bag.
     *
     * @param text the bag as received; a leading question mark and a trailing slash are allowed
     * @param lenient whether characters that must be escaped may stand raw, and broken escapes for themselves
     * @throws BadPropertyBagException if the bag breaks the rules
     */
    public static PropertyBag parse(final String text, final boolean lenient) throws BadPropertyBagException {
        final PropertyBag bag = new PropertyBag(new LinkedHashMap<>(), new LinkedHashMap<>());
        final int start = text.startsWith("?") ? 1 : 0;
        final int end = text.endsWith("/") && text.length() > start ? text.length() - 1 : text.length();
        if (!lenient) {
            requireEscaped(text, start, end);
        }

        int position = start;
        while (position < end) {
            final int ampersand = text.indexOf('&', position);
            final int next = ampersand < 0 || ampersand > end ? end : ampersand;
            if (next > position) {
                bag.add(text, position, next, lenient);
            }

            position = next + 1;
        }

        return bag;
    }

    /** The bytes that the hub counts: values of system properties, names and values of application properties. */
    public int size() {
        int size = 0;
        for (final String value : system.values()) {
            size += length(value);
        }

        for (final Map.Entry<String, String> property : application.entrySet()) {
            size += length(property.getKey()) + length(property.getValue());
        }

        return size;
    }

    private void add(final String text, final int start, final int end, final boolean lenient) throws BadPropertyBagException {
        final int equals = text.indexOf('=', start);
        final boolean bare = equals < 0 || equals >= end;
        final String key = decode(text.substring(start, bare ? end : equals), lenient);
        final String value = bare ? null : decode(text.substring(equals + 1, end), lenient);
        if (key.isEmpty()) {
            throw new BadPropertyBagException(30, "a property without a name");
        }

        if (SystemPropertyName.isSetByHub(key)) {
            return;
        }

        final String consumerName = SystemPropertyName.consumerNameOf(key);
        if (consumerName == null) {
            application.put(key, value);
        } else {
            system.put(consumerName, value);
        }
    }

    private static void requireEscaped(final String text, final int start, final int end) throws BadPropertyBagException {
        for (int i = start; i < end; i++) {
            final char character = text.charAt(i);
            if (character == ' ') {
                throw new BadPropertyBagException(31, "a raw space in the properties");
            }

            // the sub-delimiters that some clients leave alone are harmless, the others have cut connections
            if (!PercentCoding.isUnreserved(character) && "%&=$!'()*,;@".indexOf(character) < 0) {
                throw new BadPropertyBagException(30, "the character U+%04X must be escaped in the properties".formatted((int) character));
            }
        }
    }

    private static String decode(final String text, final boolean lenient) throws BadPropertyBagException {
        try {
            return PercentCoding.decode(text);
        } catch (final IllegalArgumentException e) {
            if (lenient) {
                return text;
            }

            throw new BadPropertyBagException(30, e.getMessage());
        }
    }

    private static int length(final String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
