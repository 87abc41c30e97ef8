/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.util.MockPropertyConfiguration;
import org.junit.jupiter.api.Test;

/**
 * What version 0.1.0 wrote into a flow means the same today.
 */
class PropertyMigrationTest {

    @Test
    void testQualityOfService() {
        assertMigrated(new PublishToIoTHub(), "Quality of Service", List.of("1", "0"), List.of("1 - At least once", "0 - At most once"));
    }

    @Test
    void testPayloadSource() {
        assertMigrated(new RegisterWithDPS(), "Payload Source", List.of("NONE", "PROPERTY", "CONTENT"), List.of("None", "Payload Property", "FlowFile Content"));
    }

    private static void assertMigrated(final Processor processor, final String property, final List<String> earlier, final List<String> today) {
        assertEquals(today, processor.getPropertyDescriptor(property).getAllowableValues().stream().map(value -> value.getValue()).toList());
        assertEquals(today, earlier.stream().map(value -> migrate(processor, property, value)).toList());
        assertEquals(today, today.stream().map(value -> migrate(processor, property, value)).toList());
        assertEquals("#{parameter}", migrate(processor, property, "#{parameter}"));

        final MockPropertyConfiguration nothing = new MockPropertyConfiguration(Map.of());
        processor.migrateProperties(nothing);
        assertEquals(Map.of(), nothing.getRawProperties());
    }

    private static String migrate(final Processor processor, final String property, final String value) {
        final MockPropertyConfiguration configuration = new MockPropertyConfiguration(Map.of(property, value));
        processor.migrateProperties(configuration);
        return configuration.getRawProperties().get(property);
    }
}
