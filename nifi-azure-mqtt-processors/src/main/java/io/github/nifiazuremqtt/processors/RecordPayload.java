/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.nifi.serialization.record.Record;

/**
 * A record as a JSON object.
 */
final class RecordPayload {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RecordPayload() {
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if the record cannot be written as JSON
     */
    static byte[] encode(final Record content) {
        try {
            return MAPPER.writeValueAsBytes(toPlain(content));
        } catch (final JsonProcessingException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT,
                    "A field of the record cannot be written as JSON: its value is of a kind that JSON does not have");
        }
    }

    private static Object toPlain(final Object value) {
        return switch (value) {
            case null -> null;
            case Record content -> toPlain(content.toMap());
            case Map<?, ?> map -> {
                final Map<String, Object> plain = new LinkedHashMap<>();
                map.forEach((name, element) -> plain.put(String.valueOf(name), toPlain(element)));
                yield plain;
            }
            case Object[] array -> Arrays.stream(array).map(RecordPayload::toPlain).toList();
            case Date date -> date.toString();
            default -> value;
        };
    }
}
