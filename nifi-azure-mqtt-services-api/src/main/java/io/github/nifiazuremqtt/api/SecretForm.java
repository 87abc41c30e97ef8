/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The forms by which a secret is recognized where none belongs, for example a connection string that was pasted into the field of a host name. What has one of
 * them is never shown. A part of a key without any mark cannot be told from an id, and is not recognized.
 */
public enum SecretForm {

    /** A private key in PEM, whole or cut. */
    PRIVATE_KEY("a private key", Pattern.compile(
            "-{0,5}[A-Z0-9 ]{0,30}PRIVATE KEY(?:-[\\s\\S]*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-{0,5}|\\z))?")),

    /** A key behind its name, as in the connection strings of Azure. */
    CONNECTION_STRING("a connection string with a key", Pattern.compile(
            "(?i)(?:(?:Shared)?Access|Account|Primary|Secondary|Device|Symmetric|Group|Policy)Key[\"'\\s]*[=:][\"'\\s]*[A-Za-z0-9+/%]{4,}={0,2}")),

    /** A shared access signature. */
    TOKEN("a shared access signature", Pattern.compile("(?i)\\bsig(?:=|%3D)[\"'\\s]*[A-Za-z0-9+/%]{4,}={0,2}")),

    /** Base64 that is as long as a key, or ends as one. */
    KEY("a key in base64", Pattern.compile("(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{12,}+={0,2}+(?![A-Za-z0-9=])")) {

        @Override
        boolean accepts(final String found) {
            return isRandomBase64(found);
        }
    };

    /** The shortest run of base64 that is taken for a key although it has no padding: a little less than the keys that Azure makes. */
    private static final int KEY_LENGTH = 40;

    private static final Pattern PART = Pattern.compile("[A-Za-z0-9+/]{16,}+");

    private static final int WORD_LENGTH = 4;

    private static final String MASK = "***";

    private final String description;

    private final Pattern pattern;

    SecretForm(final String description, final Pattern pattern) {
        this.description = description;
        this.pattern = pattern;
    }

    /**
     * @return the form of the first secret in the text; empty if there is none
     */
    public static Optional<SecretForm> find(final String text) {
        if (text.length() < KEY_LENGTH && text.indexOf('=') < 0 && text.indexOf(':') < 0 && text.indexOf('%') < 0 && !text.contains("PRIVATE KEY")) {
            return Optional.empty();
        }

        for (final SecretForm form : values()) {
            final Matcher matcher = form.pattern.matcher(text);
            while (matcher.find()) {
                if (form.accepts(matcher.group())) {
                    return Optional.of(form);
                }
            }
        }

        return Optional.empty();
    }

    /**
     * For texts that are no ids of people's own making, for which this would be too strict.
     *
     * @return as {@link #find}, and also if a part of a key may be in it
     */
    public static Optional<SecretForm> findWholeOrPart(final String text) {
        return find(text).or(() -> PART.matcher(text).results().anyMatch(part -> isRandom(part.group(), true, 0.5)) ? Optional.of(KEY) : Optional.empty());
    }

    /**
     * @return the text with each secret in it replaced
     */
    static String mask(final String text) {
        String masked = text;
        for (final SecretForm form : values()) {
            masked = form.pattern.matcher(masked).replaceAll(found -> form.accepts(found.group()) ? MASK : Matcher.quoteReplacement(found.group()));
        }

        return masked;
    }

    /**
     * @return what it is, with its article, for texts
     */
    public String getDescription() {
        return description;
    }

    boolean accepts(final String found) {
        return true;
    }

    private static boolean isRandomBase64(final String run) {
        final int end = run.indexOf('=');
        if (end >= 0) {
            return isRandom(run.substring(0, end), false, end >= KEY_LENGTH ? 0.8 : 0.5);
        }

        return run.length() >= KEY_LENGTH && isRandom(run, true, 0.5);
    }

    /**
     * Names and paths are words: most of their characters stand in runs of one kind. Hexadecimal digits are of one case.
     */
    private static boolean isRandom(final String run, final boolean withDigits, final double mostInWords) {
        final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        int inWords = 0;
        int start = 0;
        for (int index = 1; index <= run.length(); index++) {
            if (index == run.length() || Kind.of(run.charAt(index)) != Kind.of(run.charAt(start))) {
                kinds.add(Kind.of(run.charAt(start)));
                inWords += index - start >= WORD_LENGTH ? index - start : 0;
                start = index;
            }
        }

        return kinds.contains(Kind.UPPER) && kinds.contains(Kind.LOWER) && (kinds.contains(Kind.DIGIT) || !withDigits)
                && inWords <= run.length() * mostInWords;
    }

    /** Kinds of characters in base64. */
    private enum Kind {
        UPPER,
        LOWER,
        DIGIT,
        OTHER;

        private static Kind of(final char character) {
            if (character >= 'A' && character <= 'Z') {
                return UPPER;
            }
            if (character >= 'a' && character <= 'z') {
                return LOWER;
            }
            return character >= '0' && character <= '9' ? DIGIT : OTHER;
        }
    }
}
