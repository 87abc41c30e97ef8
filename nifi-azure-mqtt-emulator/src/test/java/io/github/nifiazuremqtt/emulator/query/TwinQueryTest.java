/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwinQueryTest {

    private static final String[] TWINS = {
        "{\"deviceId\":\"a\",\"status\":\"enabled\",\"tags\":{\"plant\":\"A\",\"line\":1},\"properties\":{\"reported\":{\"temperature\":21.5,\"on\":true}}}",
        "{\"deviceId\":\"b\",\"status\":\"disabled\",\"tags\":{\"plant\":\"B\",\"line\":2,\"note\":null},\"properties\":{\"reported\":{\"temperature\":30}}}",
        "{\"deviceId\":\"c\",\"status\":\"enabled\",\"tags\":{\"odd name\":\"x\"},\"properties\":{\"reported\":{\"on\":false}}}"};

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "deviceId = 'a' | a", "'a' = deviceId | a", "deviceId != 'a' | b c", "deviceId <> \"a\" | b c", "status = 'enabled' and tags.plant = 'A' | a",
        "tags.plant = 'A' OR tags.plant = 'B' | a b", "tags.plant IN ['A', 'B'] | a b", "tags.plant NIN ['A'] | b", "tags.plant NOT IN ['A'] | b",
        "NOT status = 'enabled' | b", "tags.line > 1 | b", "tags.line >= 1 AND tags.line < 2 | a", "properties.reported.temperature >= 21.50 | a b",
        "properties.reported.temperature = 30.0 | b", "properties.reported.on = true | a", "properties.reported.on != true | c", "tags.plant != 'A' | b",
        "is_defined(tags.plant) | a b", "NOT is_defined(tags.plant) | c", "is_null(tags.note) | b", "tags.note = null | b",
        "startswith(deviceId, 'b') | b", "contains(status, 'able') | a b c", "endswith(status, 'bled') | a b c", "tags.[[odd name]] = 'x' | c",
        "(deviceId = 'a' OR deviceId = 'b') AND NOT (tags.line = 1) | b", "deviceId = 'a' OR deviceId = 'b' AND tags.line = 1 | a", "tags.line = '1' | ``",
        "deviceId > 'a' | b c", "is_string(tags.plant) AND is_number(tags.line) | a b", "is_bool(properties.reported.on) | a c", "tags.line > -1 | a b"})
    void testConditions(final String condition, final String expected) throws JsonProcessingException {
        final List<String> found = run("select * from devices where " + condition).stream().map(twin -> twin.get("deviceId").asText()).toList();
        assertEquals(expected, String.join(" ", found));
    }

    @Test
    void testColumns() throws JsonProcessingException {
        assertEquals("[{\"deviceId\":\"a\",\"p\":\"A\"}, {\"deviceId\":\"b\",\"p\":\"B\"}, {\"deviceId\":\"c\"}]",
                run("SELECT deviceId, tags.plant AS p FROM devices").toString());
        assertEquals("[{\"number\":2}]", run("SELECT COUNT() AS number FROM devices WHERE status = 'enabled'").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SELECT", "SELECT *", "SELECT * FROM", "SELECT * FROM jobs", "SELECT * FROM devices.jobs", "DELETE FROM devices",
        "SELECT * FROM devices ORDER BY deviceId", "SELECT * FROM devices GROUP BY status", "SELECT AVG(tags.line) AS x FROM devices",
        "SELECT * FROM devices WHERE", "SELECT * FROM devices WHERE deviceId", "SELECT * FROM devices WHERE deviceId = ", "SELECT * FROM devices WHERE deviceId LIKE 'a'",
        "SELECT * FROM devices WHERE deviceId = 'a", "SELECT * FROM devices WHERE (deviceId = 'a'", "SELECT * FROM devices WHERE lower(deviceId) = 'a'",
        "SELECT * FROM devices WHERE deviceId IN ('a')", "SELECT * FROM devices WHERE deviceId IN ['a'", "SELECT tags.a, properties.a FROM devices",
        "SELECT * FROM devices WHERE tags. = 1", "SELECT TOP 10 * FROM devices", "SELECT * FROM devices;", "SELECT * FROM devices WHERE a = 1 b"})
    void testWhatIsNotEmulatedIsRefused(final String query) {
        assertThrows(IllegalArgumentException.class, () -> TwinQuery.parse(query));
    }

    private List<JsonNode> run(final String query) throws JsonProcessingException {
        final List<JsonNode> twins = new ArrayList<>();
        for (final String twin : TWINS) {
            twins.add(mapper.readTree(twin));
        }

        return TwinQuery.parse(query).run(twins);
    }
}
