/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.MalformedRecordException;
import org.apache.nifi.serialization.RecordReader;
import org.apache.nifi.serialization.RecordReaderFactory;
import org.apache.nifi.serialization.SimpleRecordSchema;
import org.apache.nifi.serialization.record.MapRecord;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordField;
import org.apache.nifi.serialization.record.RecordFieldType;
import org.apache.nifi.serialization.record.RecordSchema;

/**
 * Reads one JSON object per line; the first names the fields, all of them strings.
 */
final class JsonLinesReader extends AbstractControllerService implements RecordReaderFactory {

    static final String IDENTIFIER = "reader";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public RecordReader createRecordReader(final Map<String, String> variables, final InputStream in, final long inputLength, final ComponentLog logger)
            throws IOException {
        final List<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList();
        final List<RecordField> fields = new ArrayList<>();
        if (!lines.isEmpty()) {
            MAPPER.readTree(lines.getFirst()).fieldNames().forEachRemaining(name -> fields.add(new RecordField(name, RecordFieldType.STRING.getDataType())));
        }
        return new Lines(new SimpleRecordSchema(fields), lines);
    }

    private static final class Lines implements RecordReader {

        private final RecordSchema schema;

        private final List<String> lines;

        private int next;

        private Lines(final RecordSchema schema, final List<String> lines) {
            this.schema = schema;
            this.lines = lines;
        }

        @Override
        public Record nextRecord(final boolean coerceTypes, final boolean dropUnknownFields) throws MalformedRecordException {
            if (next == lines.size()) {
                return null;
            }
            try {
                final Map<String, Object> values = MAPPER.readValue(lines.get(next), new TypeReference<>() { });
                next++;
                return new MapRecord(schema, values);
            } catch (final IOException e) {
                throw new MalformedRecordException("Line %d is no JSON".formatted(next + 1), e);
            }
        }

        @Override
        public RecordSchema getSchema() {
            return schema;
        }

        @Override
        public void close() {
        }
    }
}
