/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.OptionalLong;

/**
 * Reads numbers that Expression Language brings.
 */
final class WholeNumber {

    private WholeNumber() {
    }

    /**
     * @param text    text, or null
     * @param maximum largest number that is taken
     * @return empty if this is not a whole number from 0 to the maximum
     */
    static OptionalLong parse(final String text, final long maximum) {
        try {
            final long number = text == null ? -1 : Long.parseLong(text.strip());
            return number < 0 || number > maximum ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (final NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
