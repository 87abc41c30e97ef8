/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * One device at an emulated hub, over its management port, which is open on loopback only and asks for no key. Twins and methods are those of the service API.
 */
final class HubDevice {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String DEFAULT_PORT = "9883";

    /** Longer than a direct method is waited for. */
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

    @Option(names = "--management-port", defaultValue = DEFAULT_PORT, description = "Management port of the emulated hub.")
    private int port;

    @Option(names = "--device", defaultValue = "line4", paramLabel = "ID", description = "The device.")
    private String deviceId;

    String deviceId() {
        return deviceId;
    }

    JsonNode twin() {
        return send("GET", "/twins/" + device(), null);
    }

    JsonNode updateTwin(final JsonNode patch) {
        return send("PATCH", "/twins/" + device(), patch);
    }

    JsonNode call(final JsonNode method) {
        return send("POST", "/twins/" + device() + "/methods", method);
    }

    JsonNode sendMessage(final JsonNode message) {
        return send("POST", "/emulator/devices/" + device() + "/messages", message);
    }

    /** Messages that are no longer in the queue of the device. */
    JsonNode endedMessages() {
        return send("GET", "/emulator/devices/" + device() + "/messages/ended", null).path("messages");
    }

    private String device() {
        return URLEncoder.encode(deviceId, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode send(final String method, final String path, final JsonNode body) {
        final HttpRequest.BodyPublisher content = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body.toString());
        final HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).timeout(REQUEST_LIMIT)
                .header("Content-Type", "application/json").method(method, content).build();
        try {
            final HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw new HubException("The hub answers %d: %s".formatted(response.statusCode(), explain(response.body())));
            }
            return MAPPER.readTree(response.body());
        } catch (final ConnectException e) {
            throw new HubException("No demo is running: nothing answers on port %d. Start it with ./run demo in another terminal.".formatted(port));
        } catch (final IOException e) {
            throw new HubException("No answer from the hub on port %d: %s".formatted(port, e.getMessage()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HubException("Interrupted");
        }
    }

    /** The message of an error body, which for methods is JSON once more. */
    private static String explain(final String body) {
        try {
            final String message = MAPPER.readTree(body).path("Message").asText(body);
            return message.startsWith("{") ? MAPPER.readTree(message).path("message").asText(message) : message;
        } catch (final JsonProcessingException e) {
            return body;
        }
    }
}
