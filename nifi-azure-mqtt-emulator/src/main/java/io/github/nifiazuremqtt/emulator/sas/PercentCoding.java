/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.sas;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of RFC 3986: a plus sign is a plus sign, never a space. */
public final class PercentCoding {

    private static final String HEX = "0123456789ABCDEF";

    private PercentCoding() {
    }

    /** Encodes everything but the unreserved characters, with upper-case digits. */
    public static String encode(final String text) {
        final StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (final byte value : text.getBytes(StandardCharsets.UTF_8)) {
            final char character = (char) (value & 0xFF);
            if (isUnreserved(character)) {
                encoded.append(character);
            } else {
                encoded.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 0xF));
            }
        }

        return encoded.toString();
    }

    /**
     * Decodes percent escapes and leaves everything else as it is.
     *
     * @throws IllegalArgumentException if an escape is broken or the bytes are not UTF-8
     */
    public static String decode(final String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }

        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        int position = 0;
        while (position < text.length()) {
            final int next = text.indexOf('%', position);
            final int end = next < 0 ? text.length() : next;
            bytes.writeBytes(text.substring(position, end).getBytes(StandardCharsets.UTF_8));
            position = end;
            if (next >= 0) {
                bytes.write(escapedByte(text, next));
                position += 3;
            }
        }

        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException("The escaped bytes are not UTF-8", e);
        }
    }

    /** Whether RFC 3986 lets the character stand for itself everywhere. */
    public static boolean isUnreserved(final char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z' || character >= '0' && character <= '9'
                || character == '-' || character == '.' || character == '_' || character == '~';
    }

    private static int escapedByte(final String text, final int position) {
        if (position + 2 >= text.length()) {
            throw new IllegalArgumentException("Lone percent sign");
        }

        final int high = Character.digit(text.charAt(position + 1), 16);
        final int low = Character.digit(text.charAt(position + 2), 16);
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException("Broken escape %s".formatted(text.substring(position, position + 3)));
        }

        return high << 4 | low;
    }
}
