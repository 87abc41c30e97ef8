/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Requests and answers of NiFi's REST API as JSON. Paths are relative to {@code /nifi-api/}.
 */
final class NiFiRest {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);

    private static final Duration JOB_LIMIT = Duration.ofSeconds(120);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final URI address;

    NiFiRest(final URI address) {
        this.address = address;
    }

    URI address() {
        return address;
    }

    JsonNode get(final String path) {
        return send(request(path).GET());
    }

    JsonNode post(final String path, final JsonNode body) {
        return send(json(request(path)).POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    JsonNode put(final String path, final JsonNode body) {
        return send(json(request(path)).PUT(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    JsonNode delete(final String path) {
        return send(request(path).DELETE());
    }

    /**
     * Changes a component: reads its revision, and sends that with what is to be changed.
     *
     * @param change writes into the {@code component} of the entity
     */
    JsonNode update(final String path, final Consumer<ObjectNode> change) {
        final JsonNode current = get(path);
        final ObjectNode entity = withRevision(current);
        change.accept(entity.putObject("component").put("id", current.path("id").asText()));
        return put(path, entity);
    }

    /** An entity for a request that changes the given one. */
    static ObjectNode withRevision(final JsonNode current) {
        final ObjectNode entity = MAPPER.createObjectNode().put("id", current.path("id").asText());
        entity.set("revision", current.path("revision"));
        return entity;
    }

    /** An entity for a new component. */
    static ObjectNode newEntity() {
        final ObjectNode entity = MAPPER.createObjectNode();
        entity.putObject("revision").put("version", 0);
        return entity;
    }

    void deleteComponent(final String path) {
        delete(path + "?version=" + get(path).path("revision").path("version").asLong());
    }

    /**
     * Starts a job of NiFi's (a verification, a query, a parameter update), waits until it is complete, and removes it.
     *
     * @param content name of the object in the answer that carries the state of the job
     * @return that object
     */
    JsonNode runJob(final String path, final JsonNode body, final String content, final String finished) throws InterruptedException, TimeoutException {
        final JsonNode first = post(path, body).path(content);
        final String job = path + "/" + first.path(first.has("requestId") ? "requestId" : "id").asText();
        final AtomicReference<JsonNode> newest = new AtomicReference<>(first);
        try {
            Await.until("the end of the job " + job, JOB_LIMIT, () -> {
                newest.set(get(job).path(content));
                return newest.get().path(finished).asBoolean();
            });
        } finally {
            delete(job);
        }
        return newest.get();
    }

    /** Sends a file in a form, as the canvas does. */
    JsonNode upload(final String path, final ObjectNode fields, final String file) {
        final String boundary = "----sandbox";
        final StringBuilder form = new StringBuilder();
        fields.properties().forEach(field -> form.append("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(
                boundary, field.getKey(), field.getValue().asText())));
        form.append("--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"flow.json\"\r\n".formatted(boundary))
                .append("Content-Type: application/json\r\n\r\n").append(file).append("\r\n--").append(boundary).append("--\r\n");
        return send(request(path).header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(HttpRequest.BodyPublishers.ofString(form.toString(), StandardCharsets.UTF_8)));
    }

    private HttpRequest.Builder request(final String path) {
        return HttpRequest.newBuilder(address.resolve("/nifi-api/" + path)).timeout(REQUEST_LIMIT);
    }

    private static HttpRequest.Builder json(final HttpRequest.Builder request) {
        return request.header("Content-Type", "application/json");
    }

    private JsonNode send(final HttpRequest.Builder builder) {
        final HttpRequest request = builder.build();
        try {
            final HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new NiFiRequestException(response.statusCode(), "%s %s: %d %s".formatted(
                        request.method(), request.uri().getPath(), response.statusCode(), response.body()));
            }
            return response.body().isBlank() ? MAPPER.nullNode() : MAPPER.readTree(response.body());
        } catch (final IOException e) {
            throw new UncheckedIOException("%s %s: no answer".formatted(request.method(), request.uri().getPath()), e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}
