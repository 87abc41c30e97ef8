/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What stands behind the {@code ?} of a topic. Values are kept as they stand, because a request id is echoed verbatim.
 */
record TopicQuery(Map<String, String> values) {

    private static final int MAXIMUM_DIGITS = 18;

    static TopicQuery of(final String topic) {
        return of(topic, topic.indexOf('?'));
    }

    /**
     * @param start position of the {@code ?}, negative if there is none
     */
    static TopicQuery of(final String topic, final int start) {
        final Map<String, String> values = new HashMap<>();
        int from = start + 1;
        while (start >= 0 && from < topic.length()) {
            final int separator = topic.indexOf('&', from);
            final int to = separator < 0 ? topic.length() : separator;
            final int equals = topic.indexOf('=', from);
            if (equals > from && equals < to) {
                final String key = topic.substring(from, equals);
                values.putIfAbsent(key.startsWith("%24") ? "$" + key.substring(3) : key, topic.substring(equals + 1, to));
            }

            from = to + 1;
        }

        return new TopicQuery(values);
    }

    Optional<String> find(final String key) {
        return Optional.ofNullable(values.get(key));
    }

    OptionalLong findNumber(final String key) {
        final String value = values.get(key);
        return value == null ? OptionalLong.empty() : parseNumber(value);
    }

    /**
     * @return empty unless the text is a decimal number without sign
     */
    static OptionalLong parseNumber(final String text) {
        if (text.isEmpty() || text.length() > MAXIMUM_DIGITS) {
            return OptionalLong.empty();
        }

        long number = 0;
        for (int index = 0; index < text.length(); index++) {
            final int digit = text.charAt(index) - '0';
            if (digit < 0 || digit > 9) {
                return OptionalLong.empty();
            }

            number = number * 10 + digit;
        }

        return OptionalLong.of(number);
    }
}
