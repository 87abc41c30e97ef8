/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

/**
 * ISO 8601 in UTC as IoT Hub reads it (contract section 3.2): {@code 2026-03-01T12:00:00Z}, with a fraction of any length, {@code +00:00} for {@code Z}.
 * Checked by hand because it is done for every message.
 */
final class UtcTimestamp {

    private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";

    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private UtcTimestamp() {
    }

    static boolean isValid(final String text) {
        if (text.length() <= SHAPE.length() || !hasShape(text)) {
            return false;
        }

        int end = SHAPE.length();
        if (text.charAt(end) == '.') {
            end++;
            while (end < text.length() && isDigit(text.charAt(end))) {
                end++;
            }
            if (end == SHAPE.length() + 1) {
                return false;
            }
        }

        final String zone = text.substring(end);
        return (zone.equals("Z") || zone.equals("+00:00")) && isInRange(text);
    }

    private static boolean hasShape(final String text) {
        for (int index = 0; index < SHAPE.length(); index++) {
            final char expected = SHAPE.charAt(index);
            final char character = text.charAt(index);
            if (expected == 'd' ? !isDigit(character) : character != expected) {
                return false;
            }
        }

        return true;
    }

    private static boolean isInRange(final String text) {
        final int year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
        final int month = twoDigits(text, 5);
        if (month < 1 || month > 12) {
            return false;
        }

        final boolean leapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        final int days = month == 2 && leapYear ? 29 : DAYS[month - 1];
        final int day = twoDigits(text, 8);
        return day >= 1 && day <= days && twoDigits(text, 11) < 24 && twoDigits(text, 14) < 60 && twoDigits(text, 17) < 60;
    }

    private static int twoDigits(final String text, final int index) {
        return (text.charAt(index) - '0') * 10 + text.charAt(index + 1) - '0';
    }

    private static boolean isDigit(final char character) {
        return character >= '0' && character <= '9';
    }
}
