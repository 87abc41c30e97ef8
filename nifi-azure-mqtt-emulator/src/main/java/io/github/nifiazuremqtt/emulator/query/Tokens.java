/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tokens of a query, read one after the other. */
final class Tokens {

    private static final Pattern TOKEN = Pattern.compile("\\s*(?:(?<string>'[^']*'|\"[^\"]*\")|(?<number>-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)"
            + "|\\[\\[(?<name>[^\\]]+)]]|(?<word>[$A-Za-z_][$\\w-]*)|(?<sign><=|>=|<>|!=|[=<>().,*\\[\\]]))");

    private final List<Token> all;
    private int position;

    private Tokens(final List<Token> all) {
        this.all = all;
    }

    static Tokens of(final String query) {
        final List<Token> tokens = new ArrayList<>();
        final String text = query.strip();
        final Matcher matcher = TOKEN.matcher(text);
        while (!matcher.hitEnd() && matcher.regionStart() < text.length()) {
            if (!matcher.lookingAt()) {
                throw new IllegalArgumentException("The query cannot be read at [%s]".formatted(text.substring(matcher.regionStart())));
            }

            tokens.add(token(matcher));
            matcher.region(matcher.end(), text.length());
        }

        return new Tokens(tokens);
    }

    Token peek() {
        return position < all.size() ? all.get(position) : new Token(Token.Kind.END, "");
    }

    Token next() {
        final Token token = peek();
        position++;
        return token;
    }

    /** Takes the next token if it is this word or sign. */
    boolean take(final String expected) {
        if (peek().is(expected)) {
            position++;
            return true;
        }

        return false;
    }

    void require(final String expected) {
        if (!take(expected)) {
            throw new IllegalArgumentException("The query has %s where %s is expected".formatted(peek(), expected));
        }
    }

    private static Token token(final Matcher matcher) {
        if (matcher.group("string") != null) {
            final String quoted = matcher.group("string");
            return new Token(Token.Kind.STRING, quoted.substring(1, quoted.length() - 1));
        }

        if (matcher.group("number") != null) {
            return new Token(Token.Kind.NUMBER, matcher.group("number"));
        }

        if (matcher.group("name") != null) {
            return new Token(Token.Kind.NAME, matcher.group("name"));
        }

        return matcher.group("word") != null ? new Token(Token.Kind.WORD, matcher.group("word")) : new Token(Token.Kind.SIGN, matcher.group("sign"));
    }
}
