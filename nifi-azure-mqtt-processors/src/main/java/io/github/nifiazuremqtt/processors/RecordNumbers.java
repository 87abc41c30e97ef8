/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.BitSet;
import java.util.StringJoiner;

/**
 * Numbers of records, counted from 1, with a short text form such as {@code 1-500 503}.
 */
final class RecordNumbers {

    private final BitSet numbers = new BitSet();

    /**
     * @param text text form, or null for none; what cannot be read is left out, which only repeats work
     */
    static RecordNumbers parse(final String text) {
        final RecordNumbers parsed = new RecordNumbers();
        if (text != null && text.matches("\\d{1,9}(-\\d{1,9})?( \\d{1,9}(-\\d{1,9})?)*")) {
            for (final String range : text.split(" ")) {
                final String[] ends = range.split("-");
                final int first = Integer.parseInt(ends[0]);
                parsed.numbers.set(first, Math.max(first, Integer.parseInt(ends[ends.length - 1])) + 1);
            }
        }
        return parsed;
    }

    boolean contains(final int number) {
        return numbers.get(number);
    }

    void add(final int number) {
        numbers.set(number);
    }

    int size() {
        return numbers.cardinality();
    }

    @Override
    public String toString() {
        final StringJoiner text = new StringJoiner(" ");
        for (int first = numbers.nextSetBit(0); first >= 0; first = numbers.nextSetBit(numbers.nextClearBit(first))) {
            final int last = numbers.nextClearBit(first) - 1;
            text.add(first == last ? Integer.toString(first) : first + "-" + last);
        }
        return text.toString();
    }
}
