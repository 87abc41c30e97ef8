/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.util.List;
import java.util.Random;

/** Texts as nasty as a plant's tag names, the same ones on every run. */
final class RandomText {

    static final List<String> NASTY = List.of("", " ", "+", "#", "&", "=", "/", "%", ":", "$", "?", "%20", "%", "a=b=c", "a&b", "//", "Zähler Süd", "温度", "😀🏭", "\u0000", "\u001F\u007F",
            "\u0080\u009F", "\uFEFF", "\uFFFF", "tag.value", "$.mid", "\"quoted\"", "line\r\nbreak", "x".repeat(1024), "ü".repeat(512));

    private static final String ALPHABET = "abcXYZ019-._~ +#&=/%:$?!'()*,;@[]\"\\|<>^`{}\t\näß€温😀\u0000\u0085";

    private static final int[] CODE_POINTS = ALPHABET.codePoints().toArray();

    private final Random random;

    RandomText(final long seed) {
        random = new Random(seed);
    }

    String next(final int maximumLength) {
        final StringBuilder text = new StringBuilder();
        final int length = random.nextInt(maximumLength + 1);
        for (int index = 0; index < length; index++) {
            text.appendCodePoint(random.nextInt(4) == 0 ? nextCodePoint() : CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
        }

        return text.toString();
    }

    int next(final int origin, final int bound) {
        return random.nextInt(origin, bound);
    }

    private int nextCodePoint() {
        final int codePoint = random.nextInt(Character.MAX_CODE_POINT + 1);
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE ? 'x' : codePoint;
    }
}
