/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

/**
 * The ASCII characters that an id may be made of.
 */
final class CharacterSet {

    private final boolean[] allowed = new boolean[0x80];

    private final String others;

    private CharacterSet(final String others) {
        this.others = others;
        for (final char character : ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + others).toCharArray()) {
            allowed[character] = true;
        }
    }

    static CharacterSet lettersDigitsAnd(final String others) {
        return new CharacterSet(others);
    }

    boolean containsAll(final String text) {
        return findOther(text) < 0;
    }

    /**
     * @return index of the first character that is none of these, negative if all are
     */
    int findOther(final String text) {
        for (int index = 0; index < text.length(); index++) {
            final char character = text.charAt(index);
            if (character >= allowed.length || !allowed[character]) {
                return index;
            }
        }

        return -1;
    }

    /**
     * @return the characters besides letters and digits, for texts
     */
    @Override
    public String toString() {
        return String.join(" ", others.split(""));
    }
}
