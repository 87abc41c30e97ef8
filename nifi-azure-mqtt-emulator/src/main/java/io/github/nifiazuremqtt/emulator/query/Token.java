/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

/**
 * A word or a sign of a query.
 *
 * @param kind what it is
 * @param text the word, the sign, the number, or the string or name without its quotes or brackets
 */
record Token(Kind kind, String text) {

    enum Kind {
        WORD, NAME, STRING, NUMBER, SIGN, END
    }

    /** Whether it is this word in either case, or this sign. */
    boolean is(final String expected) {
        return kind == Kind.WORD && text.equalsIgnoreCase(expected) || kind == Kind.SIGN && text.equals(expected);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end" : "[" + text + "]";
    }
}
