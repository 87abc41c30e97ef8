/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.RecordField;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.junit.jupiter.api.Test;

class RecordPayloadTest {

    private static final SimpleRecordSchema SCHEMA = new SimpleRecordSchema(List.of(new RecordField("site", RecordFieldType.STRING.getDataType())));

    @Test
    void testEncode() {
        assertEquals("{\"site\":\"n\u00f6rdlich\"}", new String(encode("n\u00f6rdlich"), StandardCharsets.UTF_8));
    }

    @Test
    void testRecordThatCannotBeWritten() {
        final IoTHubException refused = assertThrows(IoTHubException.class, () -> encode(LocalDate.EPOCH));

        assertEquals(FailureCategory.INVALID_CONTENT, refused.getCategory());
        assertEquals("A field of the record cannot be written as JSON: its value is of a kind that JSON does not have", refused.getMessage());
    }

    private static byte[] encode(final Object site) {
        return RecordPayload.encode(new MapRecord(SCHEMA, Map.of("site", site)));
    }
}
