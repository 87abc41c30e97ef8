/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.UncheckedIOException;

/**
 * JSON of twins, direct methods and registrations: numbers as they were written, no name twice.
 */
final class JsonContent {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private JsonContent() {
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if this is not one JSON object
     */
    static ObjectNode readObject(final byte[] json) {
        return readObject(JsonText.decode(json));
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if this is not one JSON object
     */
    static ObjectNode readObject(final JsonText json) {
        if (read(json) instanceof ObjectNode object) {
            return object;
        }
        throw new IoTHubException(FailureCategory.INVALID_CONTENT, "The content is not a JSON object, which is written in braces: {..}");
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if this is not one JSON value
     */
    static JsonNode read(final JsonText json) {
        if (json.text().isBlank()) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "The content is empty where JSON is expected");
        }
        try {
            return MAPPER.readTree(json.text());
        } catch (final JsonProcessingException | NumberFormatException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, "The content is no JSON, " + JsonFault.describe(json.text()));
        }
    }

    static ObjectNode createObject() {
        return MAPPER.createObjectNode();
    }

    static byte[] write(final JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (final JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @return the section, or an empty object if the twin has none
     */
    static byte[] selectSection(final byte[] twin, final String section) {
        return readObject(twin).get(section) instanceof ObjectNode object ? write(object) : write(createObject());
    }
}
