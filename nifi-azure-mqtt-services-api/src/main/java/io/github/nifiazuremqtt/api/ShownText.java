/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Arrays;
import java.util.Objects;

/**
 * How a text that came from outside (an id, a host name, an answer, a path) stands in a sentence, a log or an attribute: on one line, of bounded length,
 * without characters that are invisible or reorder others, and without secrets.
 */
public final class ShownText {

    /** Longest value that is shown whole: two ids of IoT Hub and what joins them. */
    private static final int MAXIMUM_VALUE = 260;

    private static final int MAXIMUM_REMARK = 500;

    /** Longest sentence or group of sentences. */
    private static final int MAXIMUM_SENTENCE = 2_000;

    /** So much of what is longer is shown. */
    private static final int EXCERPT = 100;

    /** So many characters are looked through for secrets and shown: the rest of a sentence that long says nothing. */
    private static final int MAXIMUM_SEARCH = 4 * MAXIMUM_SENTENCE;

    private ShownText() {
    }

    /**
     * @param value what a sentence speaks of, usually in brackets, or null
     */
    public static String value(final Object value) {
        final String text = String.valueOf(value);
        if (isPlain(text) && text.length() < EXCERPT / 8) {
            return text;
        }
        if (text.length() > MAXIMUM_VALUE) {
            return SecretForm.find(text.substring(0, Math.min(text.length(), MAXIMUM_SEARCH))).map(form -> hide(text, form))
                    .orElseGet(() -> "%s... (%,d characters)".formatted(escape(cut(text, EXCERPT), false), text.length()));
        }

        return SecretForm.find(text).map(form -> hide(text, form)).orElseGet(() -> escape(text, false));
    }

    /**
     * @param text one or more sentences, with values in them, or null
     */
    public static String sentence(final String text) {
        if (text == null) {
            return null;
        }

        final String masked = SecretForm.mask(escape(cut(text, MAXIMUM_SEARCH), true));
        return text.length() <= MAXIMUM_SENTENCE && masked.length() <= MAXIMUM_SENTENCE ? masked
                : "%s... (%,d characters)".formatted(cut(masked, MAXIMUM_SENTENCE - EXCERPT), text.length());
    }

    /**
     * @param text what a server says, which stands among sentences of others
     */
    public static String remark(final String text) {
        final String sentence = sentence(text);
        return sentence.length() <= MAXIMUM_REMARK ? sentence : "%s... (%,d characters)".formatted(cut(sentence, MAXIMUM_REMARK), text.length());
    }

    /**
     * For exceptions whose own text is a sentence for people: what stands below them in a log was written by others.
     *
     * @return the exception, or one that reads alike if its text or that of one of its causes cannot be shown as it is
     */
    public static Throwable cause(final Throwable cause) {
        return isShowable(cause, 0) ? cause : new ShownCause(cause);
    }

    /**
     * @return a character and its place, counted from 1, for example {@code U+200B ZERO WIDTH SPACE at position 8}
     */
    public static String character(final String text, final int index) {
        final int codePoint = text.codePointAt(index);
        return "U+%04X %s at position %,d".formatted(codePoint, Objects.requireNonNullElse(Character.getName(codePoint), "without name"), index + 1);
    }

    /**
     * @return true if a reader does not see this character, or sees another text because of it
     */
    public static boolean isInvisible(final int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE, Character.UNASSIGNED,
                 Character.PRIVATE_USE -> true;
            case Character.SPACE_SEPARATOR -> codePoint != ' ';
            default -> false;
        };
    }

    private static boolean isShowable(final Throwable failure, final int depth) {
        return failure == null || depth < ShownCause.MAXIMUM_DEPTH && Objects.equals(failure.getMessage(), sentence(failure.getMessage()))
                && isShowable(failure.getCause(), depth + 1)
                && Arrays.stream(failure.getSuppressed()).allMatch(suppressed -> isShowable(suppressed, depth + 1));
    }

    private static String hide(final String text, final SecretForm form) {
        return "%,d characters that look like %s".formatted(text.length(), form.getDescription());
    }

    private static String cut(final String text, final int length) {
        if (text.length() <= length) {
            return text;
        }

        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    private static boolean isPlain(final String text) {
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) < ' ' || text.charAt(index) > '~') {
                return false;
            }
        }

        return true;
    }

    /**
     * @param joining true if line breaks become blanks, because they are layout and no value
     */
    private static String escape(final String text, final boolean joining) {
        if (isPlain(text)) {
            return text;
        }

        final String joined = joining ? text.strip().replaceAll("\\s*[\\r\\n\\t]\\s*", " ") : text;
        final StringBuilder escaped = new StringBuilder(joined.length());
        joined.codePoints().forEach(codePoint -> {
            if (isInvisible(codePoint)) {
                escaped.append("\\u%04X".formatted(codePoint));
            } else {
                escaped.appendCodePoint(codePoint);
            }
        });
        return escaped.toString();
    }

    /** Stands for an exception of others and reads like it, with texts that can be shown. */
    private static final class ShownCause extends Exception {

        private static final long serialVersionUID = 1L;

        private static final int MAXIMUM_DEPTH = 16;

        private final String original;

        ShownCause(final Throwable original) {
            this(original, 0);
        }

        private ShownCause(final Throwable original, final int depth) {
            super(sentence(original.getMessage()), original.getCause() == null || depth == MAXIMUM_DEPTH ? null
                    : new ShownCause(original.getCause(), depth + 1), false, true);
            this.original = original.getClass().getName();
            setStackTrace(original.getStackTrace());
        }

        @Override
        public String toString() {
            return getMessage() == null ? original : original + ": " + getMessage();
        }
    }
}
