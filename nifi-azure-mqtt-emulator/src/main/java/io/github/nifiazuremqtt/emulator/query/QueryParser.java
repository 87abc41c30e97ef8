/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** Reads the part of the IoT Hub query language that is emulated. */
final class QueryParser {

    private static final Map<String, Predicate<JsonNode>> TESTS = Map.of(
            "is_defined", value -> !value.isMissingNode(),
            "is_null", JsonNode::isNull,
            "is_string", JsonNode::isTextual,
            "is_number", JsonNode::isNumber,
            "is_bool", JsonNode::isBoolean,
            "is_object", JsonNode::isObject);
    private static final Map<String, BiPredicate<String, String>> TEXT_TESTS = Map.of(
            "startswith", String::startsWith,
            "endswith", String::endsWith,
            "contains", String::contains);

    private final Tokens tokens;

    QueryParser(final String query) {
        this.tokens = Tokens.of(query);
    }

    TwinQuery parse() {
        tokens.require("SELECT");
        final Map<String, Operand> columns = new LinkedHashMap<>();
        String count = "";
        if (tokens.peek().is("COUNT")) {
            count = count();
        } else if (!tokens.take("*")) {
            do {
                column(columns);
            } while (tokens.take(","));
        }

        tokens.require("FROM");
        final boolean modules = source();
        final Predicate<JsonNode> condition = tokens.take("WHERE") ? either() : document -> true;
        if (tokens.peek().kind() != Token.Kind.END) {
            throw new IllegalArgumentException("The query goes on with %s: the emulator knows SELECT, FROM and WHERE".formatted(tokens.peek()));
        }

        return new TwinQuery(columns, count, modules, condition);
    }

    private String count() {
        tokens.require("COUNT");
        tokens.require("(");
        tokens.require(")");
        tokens.require("AS");
        return name();
    }

    private void column(final Map<String, Operand> columns) {
        final List<String> path = path();
        final String name = tokens.take("AS") ? name() : path.getLast();
        if (columns.put(name, Operand.field(path)) != null) {
            throw new IllegalArgumentException("The query selects two columns [%s]: name one of them with AS".formatted(name));
        }
    }

    private boolean source() {
        final String source = String.join(".", path()).toLowerCase(Locale.ROOT);
        return switch (source) {
            case "devices" -> false;
            case "devices.modules" -> true;
            default -> throw new IllegalArgumentException("The query is over [%s]: the emulator knows devices and devices.modules".formatted(source));
        };
    }

    private Predicate<JsonNode> either() {
        Predicate<JsonNode> condition = both();
        while (tokens.take("OR")) {
            condition = condition.or(both());
        }

        return condition;
    }

    private Predicate<JsonNode> both() {
        Predicate<JsonNode> condition = negated();
        while (tokens.take("AND")) {
            condition = condition.and(negated());
        }

        return condition;
    }

    private Predicate<JsonNode> negated() {
        if (tokens.take("NOT")) {
            return negated().negate();
        }

        if (tokens.take("(")) {
            final Predicate<JsonNode> condition = either();
            tokens.require(")");
            return condition;
        }

        return comparison();
    }

    private Predicate<JsonNode> comparison() {
        final Token first = tokens.peek();
        final Operand left = operand();
        if (first.kind() == Token.Kind.WORD && tokens.take("(")) {
            return function(first.text().toLowerCase(Locale.ROOT));
        }

        if (tokens.take("IN")) {
            return among(left, true);
        }

        if (tokens.take("NIN")) {
            return among(left, false);
        }

        if (tokens.take("NOT")) {
            tokens.require("IN");
            return among(left, false);
        }

        final Comparison comparison = Comparison.of(tokens.next());
        final Operand right = operand();
        return document -> comparison.holds(left.value(document), right.value(document));
    }

    private Predicate<JsonNode> function(final String name) {
        final Operand argument = operand();
        if (TESTS.containsKey(name)) {
            tokens.require(")");
            return document -> TESTS.get(name).test(argument.value(document));
        }

        if (TEXT_TESTS.containsKey(name)) {
            tokens.require(",");
            final Operand part = operand();
            tokens.require(")");
            return document -> argument.value(document).isTextual() && part.value(document).isTextual()
                    && TEXT_TESTS.get(name).test(argument.value(document).textValue(), part.value(document).textValue());
        }

        throw new IllegalArgumentException("The query calls [%s]: the emulator knows %s".formatted(name, String.join(", ", functions())));
    }

    private static List<String> functions() {
        final List<String> names = new ArrayList<>(TESTS.keySet());
        names.addAll(TEXT_TESTS.keySet());
        return names.stream().sorted().toList();
    }

    private Predicate<JsonNode> among(final Operand left, final boolean wanted) {
        final List<Operand> values = new ArrayList<>();
        tokens.require("[");
        do {
            values.add(operand());
        } while (tokens.take(","));
        tokens.require("]");
        return document -> {
            final JsonNode value = left.value(document);
            return !value.isMissingNode()
                    && wanted == values.stream().anyMatch(one -> Comparison.EQUAL.holds(value, one.value(document)));
        };
    }

    private Operand operand() {
        final Token token = tokens.peek();
        return switch (token.kind()) {
            case STRING -> literal(JsonNodeFactory.instance.textNode(token.text()));
            case NUMBER -> literal(JsonNodeFactory.instance.numberNode(new BigDecimal(token.text())));
            case NAME -> Operand.field(path());
            case WORD -> switch (token.text().toLowerCase(Locale.ROOT)) {
                case "true" -> literal(JsonNodeFactory.instance.booleanNode(true));
                case "false" -> literal(JsonNodeFactory.instance.booleanNode(false));
                case "null" -> literal(JsonNodeFactory.instance.nullNode());
                case "undefined" -> literal(MissingNode.getInstance());
                default -> Operand.field(path());
            };
            default -> throw new IllegalArgumentException("The query has %s where a field or a value is expected".formatted(token));
        };
    }

    private Operand literal(final JsonNode value) {
        tokens.next();
        return Operand.literal(value);
    }

    /** Names with points between them; a name with other characters stands in double brackets. */
    private List<String> path() {
        final List<String> path = new ArrayList<>(List.of(name()));
        while (tokens.take(".")) {
            path.add(name());
        }

        return path;
    }

    private String name() {
        final Token token = tokens.next();
        if (token.kind() != Token.Kind.WORD && token.kind() != Token.Kind.NAME) {
            throw new IllegalArgumentException("The query has %s where a name is expected".formatted(token));
        }

        return token.text();
    }
}
