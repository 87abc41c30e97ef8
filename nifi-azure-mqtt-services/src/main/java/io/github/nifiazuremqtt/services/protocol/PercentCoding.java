/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding of RFC 3986 section 2 over UTF-8, as IoT Hub wants it (contract sections 2.2 and 3.1): unreserved characters stay, everything else becomes
 * upper-case {@code %XX}, and {@code +} is a plus sign and never a space.
 */
public final class PercentCoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private static final boolean[] UNRESERVED = unreserved();

    private PercentCoding() {
    }

    /**
     * @throws WireFormatException if the text holds half of a surrogate pair, which has no UTF-8 form
     */
    public static String encode(final String text) {
        if (isUnreserved(text)) {
            return text;
        }

        final StringBuilder encoded = new StringBuilder(text.length() + 16);
        appendEncoded(encoded, text);
        return encoded.toString();
    }

    /**
     * @throws WireFormatException if a {@code %} is not followed by two hexadecimal digits, or the bytes are not UTF-8
     */
    public static String decode(final String text) {
        return text.indexOf('%') < 0 ? text : decodeEscapes(text);
    }

    static void appendEncoded(final StringBuilder target, final String text) {
        final int length = text.length();
        for (int index = 0; index < length; index++) {
            final char character = text.charAt(index);
            if (character < 0x80) {
                if (UNRESERVED[character]) {
                    target.append(character);
                } else {
                    appendByte(target, character);
                }
            } else if (character < 0x800) {
                appendByte(target, 0xC0 | character >> 6);
                appendByte(target, 0x80 | character & 0x3F);
            } else if (Character.isSurrogate(character)) {
                appendSupplementary(target, codePointAt(text, index));
                index++;
            } else {
                appendByte(target, 0xE0 | character >> 12);
                appendByte(target, 0x80 | character >> 6 & 0x3F);
                appendByte(target, 0x80 | character & 0x3F);
            }
        }
    }

    /**
     * @return number of bytes of the text as UTF-8
     */
    static int countBytes(final String text) {
        int bytes = 0;
        final int length = text.length();
        for (int index = 0; index < length; index++) {
            final char character = text.charAt(index);
            if (character < 0x80) {
                bytes++;
            } else if (character < 0x800) {
                bytes += 2;
            } else if (Character.isSurrogate(character)) {
                bytes += 2;
            } else {
                bytes += 3;
            }
        }

        return bytes;
    }

    private static boolean isUnreserved(final String text) {
        final int length = text.length();
        for (int index = 0; index < length; index++) {
            final char character = text.charAt(index);
            if (character >= 0x80 || !UNRESERVED[character]) {
                return false;
            }
        }

        return true;
    }

    private static int codePointAt(final String text, final int index) {
        final int codePoint = text.codePointAt(index);
        if (Character.isSupplementaryCodePoint(codePoint)) {
            return codePoint;
        }

        throw new WireFormatException("Text holds half of a surrogate pair (U+%04X) at position %d, which has no UTF-8 form".formatted(codePoint, index));
    }

    private static void appendSupplementary(final StringBuilder target, final int codePoint) {
        appendByte(target, 0xF0 | codePoint >> 18);
        appendByte(target, 0x80 | codePoint >> 12 & 0x3F);
        appendByte(target, 0x80 | codePoint >> 6 & 0x3F);
        appendByte(target, 0x80 | codePoint & 0x3F);
    }

    private static void appendByte(final StringBuilder target, final int value) {
        target.append('%').append(HEX[value >> 4]).append(HEX[value & 0x0F]);
    }

    private static String decodeEscapes(final String text) {
        final int length = text.length();
        final StringBuilder decoded = new StringBuilder(length);
        final byte[] bytes = new byte[length / 3];
        int index = 0;
        while (index < length) {
            if (text.charAt(index) == '%') {
                int count = 0;
                while (index < length && text.charAt(index) == '%') {
                    bytes[count++] = decodeByte(text, index);
                    index += 3;
                }

                decoded.append(decodeUtf8(bytes, count));
            } else {
                decoded.append(text.charAt(index++));
            }
        }

        return decoded.toString();
    }

    private static byte decodeByte(final String text, final int index) {
        if (index + 2 < text.length()) {
            final int high = Character.digit(text.charAt(index + 1), 16);
            final int low = Character.digit(text.charAt(index + 2), 16);
            if (high >= 0 && low >= 0 && text.charAt(index + 1) < 0x80 && text.charAt(index + 2) < 0x80) {
                return (byte) (high << 4 | low);
            }
        }

        throw new WireFormatException("Percent sign at position %d is not followed by two hexadecimal digits".formatted(index));
    }

    private static String decodeUtf8(final byte[] bytes, final int count) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count)).toString();
        } catch (final CharacterCodingException e) {
            throw new WireFormatException("Percent-encoded bytes are not UTF-8");
        }
    }

    private static boolean[] unreserved() {
        final boolean[] unreserved = new boolean[0x80];
        for (final char character : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".toCharArray()) {
            unreserved[character] = true;
        }

        return unreserved;
    }
}
