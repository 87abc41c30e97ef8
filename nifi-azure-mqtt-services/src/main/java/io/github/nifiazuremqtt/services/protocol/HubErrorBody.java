/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Body of an answer that is an error (contract sections 5.2 and 8.5): {@code {"errorCode":400004,"trackingId":"..","message":"..","timestampUtc":".."}}.
 */
public final class HubErrorBody {

    private static final JsonMapper MAPPER = new JsonMapper();

    private HubErrorBody() {
    }

    /**
     * @param topic topic of the answer
     * @param body  its body; one that is no JSON is kept as text
     */
    public static HubError parse(final ResponseTopic topic, final byte[] body) {
        final String text = new String(body, StandardCharsets.UTF_8);
        final JsonNode json = read(text);
        final JsonNode trackingId = json.path("trackingId");
        return new HubError(topic.status(), findErrorCode(json.path("errorCode")), trackingId.isTextual() ? trackingId.textValue() : null, text,
                topic.retryAfter());
    }

    private static JsonNode read(final String text) {
        try {
            return MAPPER.readTree(text);
        } catch (final JsonProcessingException e) {
            return MAPPER.missingNode();
        }
    }

    private static Integer findErrorCode(final JsonNode errorCode) {
        final OptionalLong code = TopicQuery.parseNumber(errorCode.asText());
        return code.isPresent() && code.getAsLong() <= Integer.MAX_VALUE ? Integer.valueOf((int) code.getAsLong()) : null;
    }
}
