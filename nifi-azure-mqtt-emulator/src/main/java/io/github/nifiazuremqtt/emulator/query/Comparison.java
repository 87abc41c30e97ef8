/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** The comparisons of the query language. A value that is not there compares with nothing. */
enum Comparison {
    EQUAL("=", order -> order == 0),
    NOT_EQUAL("!=", order -> order != 0),
    DIFFERENT("<>", order -> order != 0),
    LESS("<", order -> order < 0),
    LESS_OR_EQUAL("<=", order -> order <= 0),
    GREATER(">", order -> order > 0),
    GREATER_OR_EQUAL(">=", order -> order >= 0);

    private final String sign;
    private final IntPredicate wanted;

    Comparison(final String sign, final IntPredicate wanted) {
        this.sign = sign;
        this.wanted = wanted;
    }

    static Comparison of(final Token token) {
        for (final Comparison comparison : values()) {
            if (token.is(comparison.sign)) {
                return comparison;
            }
        }

        throw new IllegalArgumentException("The query has %s where a comparison is expected: = != <> < <= > >= IN or NIN".formatted(token));
    }

    boolean holds(final JsonNode left, final JsonNode right) {
        if (left.isMissingNode() || right.isMissingNode()) {
            return false;
        }

        final OptionalInt order = order(left, right);
        return order.isPresent() ? wanted.test(order.getAsInt()) : this == NOT_EQUAL || this == DIFFERENT;
    }

    /** How two values of the same kind are ordered; booleans, nulls, objects and arrays are the same or not. */
    private OptionalInt order(final JsonNode left, final JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return OptionalInt.of(left.decimalValue().compareTo(right.decimalValue()));
        }

        if (left.isTextual() && right.isTextual()) {
            return OptionalInt.of(left.textValue().compareTo(right.textValue()));
        }

        final boolean equality = this == EQUAL || this == NOT_EQUAL || this == DIFFERENT;
        return equality && left.equals(right) ? OptionalInt.of(0) : OptionalInt.empty();
    }
}
