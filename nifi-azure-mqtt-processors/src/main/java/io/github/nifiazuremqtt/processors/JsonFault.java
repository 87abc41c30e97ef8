/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says where a text is no JSON, and why, to a person who does not know which parser looked at it (RFC 8259).
 */
final class JsonFault {

    /** Deeper and longer ones the parser does not read. */
    private static final int MAXIMUM_DEPTH = 1_000;

    private static final int MAXIMUM_NUMBER_LENGTH = 1_000;

    private static final int MAXIMUM_EXPONENT_LENGTH = 9;

    private static final int MAXIMUM_NAME_LENGTH = 50_000;

    private static final int EXCERPT = 32;

    private static final int UNICODE_DIGITS = 4;

    private static final Pattern WORD = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*");

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private static final Pattern LIKE_NUMBER = Pattern.compile("[-+.0-9][-+.\\w]*");

    private static final Set<String> LITERALS = Set.of("true", "false", "null");

    private final String text;

    private int position;

    private JsonFault(final String text) {
        this.text = text;
    }

    /**
     * @param text text that a parser has refused
     * @return place and reason, as the end of a sentence
     */
    static String describe(final String text) {
        final JsonFault fault = new JsonFault(text);
        try {
            fault.readDocument();
            return "it is too large or too deep to be read";
        } catch (final FaultException e) {
            return "line %d, column %d: %s".formatted(fault.line(e.place), fault.column(e.place), e.getMessage());
        }
    }

    private int line(final int place) {
        return 1 + (int) text.substring(0, place).chars().filter(character -> character == '\n').count();
    }

    private int column(final int place) {
        final int lineStart = text.lastIndexOf('\n', place - 1) + 1;
        return 1 + text.codePointCount(lineStart, place);
    }

    private void readDocument() throws FaultException {
        readValue(0);
        skipSpace();
        if (!isAtEnd()) {
            throw fault("more follows behind the end of the document");
        }
    }

    private void readValue(final int depth) throws FaultException {
        skipSpace();
        if (isAtEnd()) {
            throw fault("it ends before it is complete");
        }
        if (depth > MAXIMUM_DEPTH) {
            throw fault("it is nested deeper than %d levels".formatted(MAXIMUM_DEPTH));
        }

        switch (text.charAt(position)) {
            case '{' -> readObject(depth);
            case '[' -> readArray(depth);
            case '"' -> readText();
            default -> readScalar();
        }
    }

    private void readObject(final int depth) throws FaultException {
        position++;
        final Set<String> names = new HashSet<>();
        boolean more = !skip('}');
        while (more) {
            readName(names);
            if (!skip(':')) {
                throw unexpected("a colon behind the name is missing");
            }
            readValue(depth + 1);
            more = skip(',');
            if (!more && !skip('}')) {
                throw unexpected("a comma or the end of the object is missing");
            }
        }
    }

    private void readName(final Set<String> names) throws FaultException {
        skipSpace();
        final int start = position;
        if (isAtEnd()) {
            throw fault("it ends before it is complete");
        }
        if (text.charAt(position) != '"') {
            throw text.charAt(position) == '}' ? fault("there is a comma with nothing behind it") : unexpected("a name in double quotes is missing");
        }

        final String name = readText();
        if (name.length() > MAXIMUM_NAME_LENGTH) {
            throw new FaultException(start, "a name has %d characters".formatted(name.length()));
        }
        if (name.codePoints().anyMatch(character -> Character.getType(character) == Character.SURROGATE)) {
            throw new FaultException(start, "a name holds an escape for half of a character without the other half");
        }
        if (!names.add(name)) {
            throw new FaultException(start, "the name %s is there twice in one object".formatted(quote(name)));
        }
    }

    private void readArray(final int depth) throws FaultException {
        position++;
        boolean more = !skip(']');
        while (more) {
            skipSpace();
            if (!isAtEnd() && text.charAt(position) == ']') {
                throw fault("there is a comma with nothing behind it");
            }
            readValue(depth + 1);
            more = skip(',');
            if (!more && !skip(']')) {
                throw unexpected("a comma or the end of the array is missing");
            }
        }
    }

    private String readText() throws FaultException {
        final int start = position;
        final StringBuilder content = new StringBuilder();
        position++;
        while (!isAtEnd() && text.charAt(position) != '"') {
            final char character = text.charAt(position);
            if (character < ' ') {
                throw fault("a text holds a line break, a tab or another control character (U+%04X), which has to be written as an escape, for example \\n"
                        .formatted((int) character));
            }
            content.append(character == '\\' ? readEscape() : character);
            position++;
        }
        if (isAtEnd()) {
            throw new FaultException(start, "a text begins here and has no end");
        }
        position++;
        return content.toString();
    }

    /** Stays on the last character of the escape. */
    private char readEscape() throws FaultException {
        final int start = position;
        position++;
        if (isAtEnd()) {
            throw new FaultException(start, "it ends before it is complete");
        }

        return switch (text.charAt(position)) {
            case '"', '\\', '/' -> text.charAt(position);
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> readUnicodeEscape(start);
            default -> throw new FaultException(start, "%s is no escape; a backslash is written as \\\\".formatted(quote(text.substring(start, position + 1))));
        };
    }

    private char readUnicodeEscape(final int start) throws FaultException {
        final int end = position + 1 + UNICODE_DIGITS;
        final String digits = text.substring(position + 1, Math.min(end, text.length()));
        if (digits.length() < UNICODE_DIGITS || !digits.chars().allMatch(digit -> Character.digit(digit, 16) >= 0 && digit < 0x80)) {
            throw new FaultException(start, "four hexadecimal digits are missing behind \\u");
        }
        position = end - 1;
        return (char) Integer.parseInt(digits, 16);
    }

    private void readScalar() throws FaultException {
        final Matcher word = WORD.matcher(text).region(position, text.length());
        if (word.lookingAt() && LITERALS.contains(word.group())) {
            position = word.end();
            return;
        }

        final Matcher like = LIKE_NUMBER.matcher(text).region(position, text.length());
        if (like.lookingAt()) {
            readNumber(like.group());
            return;
        }
        throw unexpected("a value is missing: a number, a text in double quotes, true, false, null, an object or an array");
    }

    private void readNumber(final String number) throws FaultException {
        if (!NUMBER.matcher(number).matches()) {
            throw fault("%s is no number of JSON".formatted(quote(number)));
        }
        if (number.length() > MAXIMUM_NUMBER_LENGTH) {
            throw fault("a number has %d digits".formatted(number.length()));
        }
        if (exponentLength(number) > MAXIMUM_EXPONENT_LENGTH) {
            throw fault("%s is beyond all numbers".formatted(quote(number)));
        }
        position += number.length();
    }

    private static int exponentLength(final String number) {
        final int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
        return exponent < 0 ? 0 : number.length() - exponent - 1;
    }

    private boolean skip(final char expected) {
        skipSpace();
        final boolean found = !isAtEnd() && text.charAt(position) == expected;
        if (found) {
            position++;
        }
        return found;
    }

    private void skipSpace() {
        while (!isAtEnd() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    private boolean isAtEnd() {
        return position >= text.length();
    }

    private FaultException fault(final String reason) {
        return new FaultException(position, reason);
    }

    private FaultException unexpected(final String missing) {
        if (isAtEnd()) {
            return fault("it ends before it is complete");
        }

        final Matcher word = WORD.matcher(text).region(position, text.length());
        final String found = word.lookingAt() ? word.group() : text.substring(position, text.offsetByCodePoints(position, 1));
        return fault("%s is not expected, %s".formatted(quote(found), missing));
    }

    private static String quote(final String found) {
        final String shown = found.codePoints().limit(EXCERPT)
                .collect(StringBuilder::new, JsonFault::append, StringBuilder::append).toString();
        return "[%s%s]".formatted(shown, found.codePointCount(0, found.length()) > EXCERPT ? "..." : "");
    }

    private static void append(final StringBuilder shown, final int character) {
        final int type = Character.getType(character);
        final boolean visible = type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE && type != Character.UNASSIGNED
                && type != Character.LINE_SEPARATOR && type != Character.PARAGRAPH_SEPARATOR;
        if (visible) {
            shown.appendCodePoint(character);
        } else {
            shown.append("U+%04X".formatted(character));
        }
    }

    private static final class FaultException extends Exception {

        private static final long serialVersionUID = 1L;

        private final int place;

        private FaultException(final int place, final String reason) {
            super(reason, null, false, false);
            this.place = place;
        }
    }
}
