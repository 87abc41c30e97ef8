/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ShownText;
import io.github.nifiazuremqtt.services.protocol.PastedText;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM as people have it (RFC 7468 and what becomes of it): joined lines, one line with blanks or {@code \n}, indents, quotation marks, explaining text before a
 * block. What cannot be read is named, and nothing between or behind the blocks is passed over.
 */
final class PemText {

    private static final Pattern BOUNDARY = Pattern.compile("-----(BEGIN|END) +([A-Z0-9 ]*[A-Z0-9])-----");

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");

    /** Of a key that OpenSSL encrypted in its own form; the line breaks may be gone. */
    private static final Pattern HEADERS = Pattern.compile("\\s*(Proc-Type:\\s*4,ENCRYPTED)\\s+(DEK-Info:\\s*[A-Z0-9-]+,[0-9A-Fa-f]+)\\s+");

    private static final Pattern ESCAPED_LINE_BREAK = Pattern.compile("(?:\\\\r)?\\\\n|\\\\r");

    private static final Pattern NO_BASE64 = Pattern.compile("[^A-Za-z0-9+/=]");

    private static final Pattern LINE_OF_BASE64 = Pattern.compile("(?m)^\\s*[A-Za-z0-9+/]{40,}={0,2}\\s*$");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*#.*$");

    private final String origin;

    private final List<PemBlock> blocks = new ArrayList<>();

    private PemText(final String origin) {
        this.origin = origin;
    }

    /**
     * @param origin where the text comes from, as the beginning of a sentence
     * @return in the order of the text, at least one
     * @throws IoTHubException of category INVALID_CONFIGURATION with what is wrong; it never holds the text
     */
    static List<PemBlock> parse(final String origin, final String text) {
        try {
            final String plain = ESCAPED_LINE_BREAK.matcher(new PastedText(origin, BEGIN).unwrap(text)).replaceAll("\n");
            return new PemText(origin).readAll(plain);
        } catch (final WireFormatException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, e.getMessage());
        }
    }

    private List<PemBlock> readAll(final String text) {
        final Matcher boundary = BOUNDARY.matcher(text);
        int end = 0;
        while (boundary.find()) {
            final String type = boundary.group(2);
            if ("END".equals(boundary.group(1))) {
                throw refusal("%s: an END line (%s) has no BEGIN line: was it copied whole?", origin, PemBlock.describe(type));
            }

            requireNoPem(text.substring(end, boundary.start()));
            final int start = boundary.end();
            if (!boundary.find() || "BEGIN".equals(boundary.group(1))) {
                throw refusal("%s: block %d (%s) has no END line: was it copied whole?", origin, blocks.size() + 1, PemBlock.describe(type));
            }
            if (!boundary.group(2).equals(type)) {
                throw refusal("%s: block %d begins as %s and ends as %s", origin, blocks.size() + 1, PemBlock.describe(type),
                        PemBlock.describe(boundary.group(2)));
            }

            blocks.add(read(type, text.substring(start, boundary.start())));
            end = boundary.end();
        }

        if (blocks.isEmpty()) {
            throw refusal("%s has no whole BEGIN line, with five hyphens on both sides: was it copied whole?", origin);
        }

        final String rest = PastedText.compact(COMMENT.matcher(text.substring(end)).replaceAll(""));
        if (!rest.isEmpty()) {
            throw refusal("%s has %,d characters behind its last END line that belong to no block: remove them, or copy the text whole", origin, rest.length());
        }
        return blocks;
    }

    private void requireNoPem(final String between) {
        if (between.contains("-----") || LINE_OF_BASE64.matcher(between).find()) {
            throw refusal("%s has lines in front of block %d that belong to no block: was it copied whole?", origin, blocks.size() + 1);
        }
    }

    private PemBlock read(final String type, final String body) {
        final String subject = "%s is damaged: block %d (%s)".formatted(origin, blocks.size() + 1, PemBlock.describe(type));
        final Matcher headers = HEADERS.matcher(body);
        final boolean encrypted = headers.lookingAt();
        final String base64 = PastedText.compact(body.substring(encrypted ? headers.end() : 0)).replace("\\", "");
        final Matcher other = NO_BASE64.matcher(base64);
        if (other.find()) {
            throw refusal("%s is not base64: it has %s", subject, ShownText.character(base64, other.start()));
        }

        final byte[] content = decode(subject, base64);
        final PemBlock block = new PemBlock(type, encrypted ? List.of(headers.group(1), headers.group(2)) : List.of(), base64);
        if (!encrypted && !block.isParameters()) {
            requireWhole(subject, type, content);
        }
        return block;
    }

    private static byte[] decode(final String subject, final String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (final IllegalArgumentException e) {
            // The cause is left out: its text shows characters of the content.
            throw refusal("%s ends in the middle of its base64: was it copied whole?", subject);
        }
    }

    /**
     * A certificate, and a key, is one value of ASN.1, which says how long it is.
     */
    private static void requireWhole(final String subject, final String type, final byte[] content) {
        final long length = Der.findLength(content);
        if (length < 0) {
            throw refusal("%s holds something else than its name says", subject);
        }
        if (length > content.length || !type.startsWith("TRUSTED") && length < content.length) {
            throw refusal("%s says that it has %,d bytes and has %,d: was it copied whole?", subject, length, content.length);
        }
    }

    private static IoTHubException refusal(final String text, final Object... arguments) {
        return new IoTHubException(FailureCategory.INVALID_CONFIGURATION, text.formatted(arguments));
    }
}
