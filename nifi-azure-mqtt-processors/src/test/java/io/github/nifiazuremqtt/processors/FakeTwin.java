/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reported properties of a {@link FakeDevice} as a hub keeps them: patches are merged (RFC 7396).
 */
final class FakeTwin {

    private static final JsonMapper MAPPER = new JsonMapper();

    private ObjectNode reported;

    private long version = 1;

    FakeTwin(final String reported) {
        this.reported = parse(reported);
    }

    void keep(final FakeDevice device) {
        device.setTwin(() -> CompletableFuture.completedFuture(document()));
        device.setPatchAnswer(patch -> CompletableFuture.completedFuture(report(patch)));
    }

    synchronized long report(final String patch) {
        reported = merge(reported, parse(patch));
        version++;
        return version;
    }

    synchronized JsonNode reported() {
        return reported.deepCopy();
    }

    synchronized TwinDocument document() {
        final ObjectNode section = reported.deepCopy();
        section.put("$version", version);
        final ObjectNode twin = MAPPER.createObjectNode();
        twin.putObject("desired").put("$version", 1);
        twin.set("reported", section);
        return new TwinDocument(twin.toString().getBytes(StandardCharsets.UTF_8), 1, version);
    }

    static ObjectNode parse(final String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (final JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ObjectNode merge(final ObjectNode document, final ObjectNode patch) {
        final ObjectNode merged = document.deepCopy();
        for (final Map.Entry<String, JsonNode> change : patch.properties()) {
            if (change.getValue().isNull()) {
                merged.remove(change.getKey());
            } else if (change.getValue() instanceof ObjectNode nested) {
                merged.set(change.getKey(), merge(merged.get(change.getKey()) instanceof ObjectNode before ? before : MAPPER.createObjectNode(), nested));
            } else {
                merged.set(change.getKey(), change.getValue());
            }
        }
        return merged;
    }
}
