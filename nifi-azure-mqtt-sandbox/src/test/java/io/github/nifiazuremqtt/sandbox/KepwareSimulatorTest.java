/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KepwareSimulatorTest {

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");

    @Test
    void testMessagesHaveTheShapeOfTheStandardTemplate() throws Exception {
        final JsonNode sample = NiFiRest.MAPPER.readTree(KepwareSample.ODD_VALUES.text());
        final Set<JsonNode> values = new HashSet<>();
        try (KepwareSimulator simulator = new KepwareSimulator(URI.create("http://127.0.0.1/"), Clock.fixed(NOW, ZoneOffset.UTC), 1)) {
            for (int round = 0; round < 30; round++) {
                final JsonNode message = NiFiRest.MAPPER.readTree(simulator.next());
                assertEquals(names(sample), names(message));
                assertEquals(NOW.toEpochMilli(), message.get("timestamp").asLong());
                for (final JsonNode value : message.get("values")) {
                    assertEquals(names(sample.get("values").get(0)), names(value));
                    assertTrue(Math.abs(NOW.toEpochMilli() - value.get("t").asLong()) < 1000);
                    values.add(value.get("v"));
                }
            }
        }

        assertTrue(values.stream().anyMatch(JsonNode::isNull));
        assertTrue(values.stream().anyMatch(JsonNode::isArray));
        assertTrue(values.stream().anyMatch(JsonNode::isTextual));
        assertTrue(values.stream().anyMatch(JsonNode::isBoolean));
    }

    private static Set<String> names(final JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
