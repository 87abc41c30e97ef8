/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Comments of the components of a template, which explain it to whoever imports it.
 */
final class FlowComments {

    private FlowComments() {
    }

    /** Names of the components that explain nothing. */
    static List<String> missing(final FlowEditor editor) {
        final List<String> names = new ArrayList<>();
        editor.processors().forEach(processor -> addIfBlank(processor, processor.path("component").path("config").path("comments"), names));
        // The service that brings trust in the emulator is not part of the template.
        editor.services().stream()
                .filter(service -> service.path("component").path("type").asText().startsWith("io.github"))
                .forEach(service -> addIfBlank(service, service.path("component").path("comments"), names));
        return names;
    }

    private static void addIfBlank(final JsonNode entity, final JsonNode comment, final List<String> names) {
        if (comment.asText().isBlank()) {
            names.add(entity.path("component").path("name").asText());
        }
    }
}
