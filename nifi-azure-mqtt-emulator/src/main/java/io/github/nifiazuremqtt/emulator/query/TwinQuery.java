/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A query over twins in the IoT Hub query language: {@code SELECT .. FROM devices WHERE ..}. Sorting and grouping are not emulated. */
public final class TwinQuery {

    private final Map<String, Operand> columns;
    private final String count;
    private final boolean modules;
    private final Predicate<JsonNode> condition;

    TwinQuery(final Map<String, Operand> columns, final String count, final boolean modules, final Predicate<JsonNode> condition) {
        this.columns = columns;
        this.count = count;
        this.modules = modules;
        this.condition = condition;
    }

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException saying what is wrong with it, or not emulated
     */
    public static TwinQuery parse(final String text) {
        return new QueryParser(text).parse();
    }

    /** Whether it is about the twins of modules instead of devices. */
    public boolean modules() {
        return modules;
    }

    /** Whether its results are whole twins. */
    public boolean wholeTwins() {
        return columns.isEmpty() && count.isEmpty();
    }

    /** The results for these twins. */
    public List<JsonNode> run(final List<JsonNode> twins) {
        final List<JsonNode> found = twins.stream().filter(condition).toList();
        if (!count.isEmpty()) {
            return List.of(JsonNodeFactory.instance.objectNode().put(count, found.size()));
        }

        return columns.isEmpty() ? found : found.stream().map(this::selected).toList();
    }

    private JsonNode selected(final JsonNode twin) {
        final ObjectNode selected = JsonNodeFactory.instance.objectNode();
        columns.forEach((name, operand) -> {
            final JsonNode value = operand.value(twin);
            if (!value.isMissingNode()) {
                selected.set(name, value);
            }
        });
        return selected;
    }
}
