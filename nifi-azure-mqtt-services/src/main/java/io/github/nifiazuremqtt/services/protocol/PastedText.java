/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nifiazuremqtt.api.ShownText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A secret as people paste it: out of a file with a byte order mark, in quotation marks, as the line of an environment file, a YAML file or a shell, or as the
 * JSON that {@code az} prints. What stands around it is taken off where it can be nothing else.
 */
public final class PastedText {

    private static final ObjectReader JSON = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

    private static final Pattern ASSIGNMENT = Pattern.compile(
            "(?:(?:export|set|setx|declare|env|-e|--env)\\s+)?(?:\\$env:)?([\"']?)[A-Za-z_][A-Za-z0-9_.-]*\\1(?:\\s*[=:]\\s*|\\s+(?=[\"']))(\\S.*)",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Opening quotation marks; at the same place of {@link #CLOSING} stands the partner of each. */
    private static final String OPENING = "\"'`\u201C\u201D\u201E\u201E\u2018\u2019\u201A\u00AB";

    private static final String CLOSING = "\"'`\u201D\u201D\u201C\u201D\u2019\u2019\u2018\u00BB";

    private static final int MAXIMUM_WRAPPINGS = 8;

    private final String subject;

    private final Pattern form;

    /**
     * @param subject what it is to be, as the beginning of a sentence
     * @param form    how it begins when nothing stands around it
     */
    public PastedText(final String subject, final Pattern form) {
        this.subject = Objects.requireNonNull(subject, "Subject required");
        this.form = Objects.requireNonNull(form, "Form required");
    }

    /**
     * @return the text without what stands around it
     * @throws WireFormatException if it is JSON that holds none or several of the kind, or has a quotation mark without partner
     */
    public String unwrap(final String text) {
        String inner = trim(text);
        for (int count = 0; count < MAXIMUM_WRAPPINGS; count++) {
            final String unwrapped = trim(unwrapOnce(inner));
            if (unwrapped.equals(inner)) {
                break;
            }

            inner = unwrapped;
        }

        return inner;
    }

    /**
     * @return the text without white space and characters that nobody sees at both ends
     */
    static String trim(final String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }

        return text.substring(start, end);
    }

    /**
     * For texts that have no such characters, as base64.
     *
     * @return the text without white space and characters that nobody sees
     */
    public static String compact(final String text) {
        final StringBuilder compact = new StringBuilder(text.length());
        for (int index = 0; index < text.length(); index++) {
            if (!isBlank(text.charAt(index))) {
                compact.append(text.charAt(index));
            }
        }

        return compact.toString();
    }

    private static boolean isBlank(final char character) {
        return Character.isWhitespace(character) || ShownText.isInvisible(character);
    }

    private String unwrapOnce(final String text) {
        if (text.startsWith("{")) {
            return findInJson(text);
        }

        // As in the line of a JSON file.
        final String line = text.endsWith(",") ? text.substring(0, text.length() - 1) : text;
        final String unquoted = unquote(line);
        if (!unquoted.equals(line)) {
            return unquoted;
        }

        final Matcher assignment = ASSIGNMENT.matcher(line);
        if (!form.matcher(text).lookingAt() && assignment.matches() && form.matcher(trim(unquote(trim(assignment.group(2))))).lookingAt()) {
            return assignment.group(2);
        }

        return text;
    }

    private String unquote(final String text) {
        if (text.length() < 2) {
            return text;
        }

        final char first = text.charAt(0);
        final char last = text.charAt(text.length() - 1);
        final String inner = text.substring(1, text.length() - 1);
        for (int index = 0; index < OPENING.length(); index++) {
            if (first == OPENING.charAt(index) && last == CLOSING.charAt(index) && inner.indexOf(first) < 0 && inner.indexOf(last) < 0) {
                return inner;
            }
        }

        if (isQuotationMark(first) != isQuotationMark(last) && inner.chars().noneMatch(PastedText::isQuotationMark)) {
            throw new WireFormatException("%s %s with a quotation mark that has no partner: was it copied whole?".formatted(subject,
                    isQuotationMark(first) ? "begins" : "ends"));
        }

        return text;
    }

    private static boolean isQuotationMark(final int character) {
        return OPENING.indexOf(character) >= 0 || CLOSING.indexOf(character) >= 0;
    }

    private String findInJson(final String text) {
        final List<String> found = new ArrayList<>();
        try {
            collect(JSON.readTree(text), found);
        } catch (final JsonProcessingException e) {
            // The cause is left out: its text shows what it could not read.
            throw new WireFormatException("%s begins as JSON and cannot be read as JSON: was it copied whole?".formatted(subject));
        }

        if (found.size() != 1) {
            throw new WireFormatException("%s is JSON in which %s: give the one text alone".formatted(subject,
                    found.isEmpty() ? "there is none" : "there are %d".formatted(found.size())));
        }

        return found.getFirst();
    }

    private void collect(final JsonNode node, final List<String> found) {
        if (node.isTextual() && form.matcher(node.textValue()).lookingAt()) {
            found.add(node.textValue());
        }

        node.forEach(child -> collect(child, found));
    }
}
