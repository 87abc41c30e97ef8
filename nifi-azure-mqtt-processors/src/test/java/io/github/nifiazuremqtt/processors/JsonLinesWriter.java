/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.serialization.RecordSetWriter;
import org.apache.nifi.serialization.RecordSetWriterFactory;
import org.apache.nifi.serialization.WriteResult;
import org.apache.nifi.serialization.record.Record;
import org.apache.nifi.serialization.record.RecordSchema;
import org.apache.nifi.serialization.record.RecordSet;

/**
 * Writes one JSON object per line, with the fields of the schema that have a value, in the order of the schema.
 */
final class JsonLinesWriter extends AbstractControllerService implements RecordSetWriterFactory {

    static final String IDENTIFIER = "writer";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Override
    public RecordSchema getSchema(final Map<String, String> variables, final RecordSchema readSchema) {
        return readSchema;
    }

    @Override
    public RecordSetWriter createWriter(final ComponentLog logger, final RecordSchema schema, final OutputStream out, final Map<String, String> variables) {
        return new Lines(schema, out);
    }

    private record Lines(RecordSchema schema, OutputStream out) implements RecordSetWriter {

        @Override
        public WriteResult write(final Record record) throws IOException {
            final Map<String, Object> values = new LinkedHashMap<>();
            for (final String name : schema.getFieldNames()) {
                if (record.getValue(name) != null) {
                    values.put(name, record.getValue(name));
                }
            }
            out.write((MAPPER.writeValueAsString(values) + "\n").getBytes(StandardCharsets.UTF_8));
            return WriteResult.of(1, Map.of());
        }

        @Override
        public WriteResult write(final RecordSet recordSet) throws IOException {
            int count = 0;
            for (Record record = recordSet.next(); record != null; record = recordSet.next()) {
                write(record);
                count++;
            }
            return WriteResult.of(count, Map.of());
        }

        @Override
        public void beginRecordSet() {
        }

        @Override
        public WriteResult finishRecordSet() {
            return WriteResult.EMPTY;
        }

        @Override
        public String getMimeType() {
            return "application/x-ndjson";
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
