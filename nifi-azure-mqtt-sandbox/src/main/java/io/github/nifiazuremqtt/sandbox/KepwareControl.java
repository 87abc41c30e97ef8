/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;

/**
 * The side of the simulated KEPServerEX that takes settings and commands over HTTP, as a machine does that a flow controls.
 */
public final class KepwareControl implements AutoCloseable {

    private static final double SHORTEST_SECONDS = 0.1;

    private static final double LONGEST_SECONDS = 3600;

    private final HttpServer server;
    private final KepwareSimulator simulator;
    private final Duration defaultInterval;

    /**
     * @param defaultInterval how often tags are sent while nothing is set
     */
    public KepwareControl(final KepwareSimulator simulator, final Duration defaultInterval) throws IOException {
        this.simulator = simulator;
        this.defaultInterval = defaultInterval;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/settings", exchange -> handle(exchange, "PUT", this::configure));
        server.createContext("/reboot", exchange -> handle(exchange, "POST", this::reboot));
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** {@code PUT /settings}: what is not in the request has its default. */
    private Answer configure(final JsonNode settings) {
        final JsonNode seconds = settings.path("samplingSeconds");
        if (seconds.isMissingNode() || seconds.isNull()) {
            simulator.setInterval(defaultInterval);
            return Answer.text(200, "Tags are sent as often as by default");
        }
        if (!isBetween(seconds, SHORTEST_SECONDS)) {
            return Answer.text(400, "samplingSeconds must be a number from 0.1 to 3600, not " + seconds);
        }

        simulator.setInterval(ofSeconds(seconds));
        return Answer.text(200, "Tags are sent every %s s".formatted(seconds));
    }

    /** {@code POST /reboot}: after a delay, if the request has one. */
    private Answer reboot(final JsonNode request) {
        final JsonNode delay = request.path("delay");
        if (!delay.isMissingNode() && !isBetween(delay, 0)) {
            return Answer.json(400, "delay must be a number from 0 to 3600, not " + delay);
        }

        simulator.restart(ofSeconds(delay));
        return Answer.json(200, "KEPServerEX reboots in %d s".formatted(delay.asInt()));
    }

    private static boolean isBetween(final JsonNode seconds, final double shortest) {
        return seconds.isNumber() && seconds.asDouble() >= shortest && seconds.asDouble() <= LONGEST_SECONDS;
    }

    private static Duration ofSeconds(final JsonNode seconds) {
        return Duration.ofMillis(Math.round(seconds.asDouble() * 1000));
    }

    private static void handle(final HttpExchange exchange, final String method, final Function<JsonNode, Answer> action) throws IOException {
        final Answer answer;
        if (exchange.getRequestMethod().equals(method)) {
            answer = answer(exchange, action);
        } else {
            answer = Answer.text(405, "Only " + method);
        }

        final byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Answer answer(final HttpExchange exchange, final Function<JsonNode, Answer> action) throws IOException {
        try {
            return action.apply(NiFiRest.MAPPER.readTree(exchange.getRequestBody()));
        } catch (final JsonProcessingException e) {
            return Answer.text(400, "The request is not JSON");
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private record Answer(int status, String type, String body) {

        private static Answer text(final int status, final String message) {
            return new Answer(status, "text/plain", message);
        }

        private static Answer json(final int status, final String message) {
            return new Answer(status, "application/json", NiFiRest.MAPPER.createObjectNode().put("message", message).toString());
        }
    }
}
