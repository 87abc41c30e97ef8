/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.Locale;

/**
 * The content encoding that goes with a content type where a person gave none, so that IoT Hub can route by the body: it looks into a JSON body only if type
 * and encoding are declared.
 */
final class TextEncoding {

    private static final String UTF_8 = "utf-8";

    private static final String JSON = "application/json";

    private static final String CHARSET = "charset=";

    private TextEncoding() {
    }

    /**
     * @param contentType content type, may have parameters; null or empty if there is none
     * @return encoding in a spelling that IoT Hub knows, or null for binary content and for character sets that it does not know
     */
    static String of(final String contentType) {
        if (JSON.equals(contentType)) {
            return UTF_8;
        }
        if (contentType == null || contentType.isEmpty()) {
            return null;
        }

        final String lowerCase = contentType.toLowerCase(Locale.ROOT);
        final int end = lowerCase.indexOf(';');
        return isText((end < 0 ? lowerCase : lowerCase.substring(0, end)).strip()) ? findCharset(lowerCase) : null;
    }

    private static boolean isText(final String mediaType) {
        return mediaType.startsWith("text/") || mediaType.equals(JSON) || mediaType.equals("application/xml")
                || mediaType.endsWith("+json") || mediaType.endsWith("+xml");
    }

    private static String findCharset(final String contentType) {
        final int start = contentType.indexOf(CHARSET);
        if (start < 0) {
            return UTF_8;
        }

        final int end = contentType.indexOf(';', start);
        final String charset = contentType.substring(start + CHARSET.length(), end < 0 ? contentType.length() : end).replace("\"", "").strip();
        return switch (charset) {
            case UTF_8, "utf8", "us-ascii" -> UTF_8;
            case "utf-16", "utf-32" -> charset;
            default -> null;
        };
    }
}
