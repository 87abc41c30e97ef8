/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * JSON as FlowFiles bring it, and as it is sent: in UTF-8 without a byte order mark (RFC 8259, 8.1). UTF-16 and UTF-32 are known by their first bytes
 * (RFC 4627, section 3) and converted: Windows tools write them, and the hub would not read them.
 */
final class JsonText {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String text;

    private final byte[] utf8;

    private JsonText(final String text, final byte[] utf8) {
        this.text = text;
        this.utf8 = utf8;
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if this is no text
     */
    static JsonText decode(final byte[] content) {
        final Charset charset = detect(content);
        final String decoded = decode(content, charset);
        final boolean marked = !decoded.isEmpty() && decoded.charAt(0) == BYTE_ORDER_MARK;
        final String text = marked ? decoded.substring(1) : decoded;
        return new JsonText(text, marked || charset != StandardCharsets.UTF_8 ? text.getBytes(StandardCharsets.UTF_8) : content);
    }

    String text() {
        return text;
    }

    /**
     * @return what is sent; the content itself, byte for byte, if that is UTF-8
     */
    byte[] utf8() {
        return utf8;
    }

    private static String decode(final byte[] content, final Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (final CharacterCodingException e) {
            final int good = countGoodBytes(content, charset);
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, charset == StandardCharsets.UTF_8
                    ? "The content is not UTF-8: its byte %d is 0x%02X. ConvertCharacterSet converts it".formatted(good + 1, content[good])
                    : "The content begins as %s and is not all of it: byte %d does not belong there".formatted(charset, good + 1), e);
        }
    }

    private static int countGoodBytes(final byte[] content, final Charset charset) {
        final ByteBuffer input = ByteBuffer.wrap(content);
        final CharBuffer output = CharBuffer.allocate(content.length + 1);
        final CoderResult result = charset.newDecoder().decode(input, output, true);
        return result.isError() ? input.position() : content.length - 1;
    }

    /** The first two characters of JSON are ASCII as a rule, so that zeros give away the width. */
    private static Charset detect(final byte[] content) {
        final int first = at(content, 0);
        final int second = at(content, 1);
        final int third = at(content, 2);
        final int fourth = at(content, 3);
        if (first == 0 && second == 0 && (third == 0xFE && fourth == 0xFF || third == 0 && fourth > 0)) {
            return Charset.forName("UTF-32BE");
        }
        if (third == 0 && fourth == 0 && (first == 0xFF && second == 0xFE || first > 0 && second == 0)) {
            return Charset.forName("UTF-32LE");
        }
        if (first == 0xFE && second == 0xFF || first == 0 && second > 0) {
            return StandardCharsets.UTF_16BE;
        }
        if (first == 0xFF && second == 0xFE || first > 0 && second == 0) {
            return StandardCharsets.UTF_16LE;
        }
        return StandardCharsets.UTF_8;
    }

    /**
     * @return the byte, or -1 behind the end
     */
    private static int at(final byte[] content, final int index) {
        return index < content.length ? Byte.toUnsignedInt(content[index]) : -1;
    }
}
