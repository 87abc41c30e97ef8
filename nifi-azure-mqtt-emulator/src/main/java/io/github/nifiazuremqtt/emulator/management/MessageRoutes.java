/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.message.Feedback;
import io.github.nifiazuremqtt.emulator.message.FeedbackRequest;
import io.github.nifiazuremqtt.emulator.message.MessageTrace;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import io.github.nifiazuremqtt.emulator.telemetry.SystemPropertyName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Cloud-to-device messages: {@code POST /emulator/devices/{device}/messages} with a message or an array of messages. The service API has no such path, as
 * applications send by AMQP.
 */
public final class MessageRoutes {

    private static final Map<SystemPropertyName, String> SYSTEM_PROPERTIES = new EnumMap<>(Map.of(
            SystemPropertyName.MESSAGE_ID, "messageId",
            SystemPropertyName.CORRELATION_ID, "correlationId",
            SystemPropertyName.USER_ID, "userId",
            SystemPropertyName.CONTENT_TYPE, "contentType",
            SystemPropertyName.CONTENT_ENCODING, "contentEncoding",
            SystemPropertyName.CREATION_TIME, "creationTime"));

    private final Function<ManagementRequest, CloudMessages> messages;
    private final Clock clock;

    /** Serves the hub that is chosen for a request. */
    public MessageRoutes(final Function<ManagementRequest, IoTHub> hubs, final Function<IoTHub, CloudMessages> messages, final Clock clock) {
        this.messages = hubs.andThen(messages);
        this.clock = clock;
    }

    public void addTo(final Routes routes) {
        final String queue = "/emulator/devices/{device}/messages";
        routes.add("POST", queue, ServiceHandler.of(this::send))
                .add("GET", queue, ServiceHandler.of(this::pending))
                .add("DELETE", queue, ServiceHandler.of(this::purge))
                .add("GET", queue + "/ended", this::ended)
                .add("POST", "/emulator/messages/limits", this::limit)
                .add("GET", "/emulator/feedback", request -> feedback(messages.apply(request).feedback()))
                .add("DELETE", "/emulator/feedback", request -> feedback(messages.apply(request).takeFeedback()));
    }

    /** The messages of an array that come before one that is refused are sent. */
    private ManagementResponse send(final ManagementRequest request) throws ServiceException {
        final JsonNode body = request.json();
        final List<Map<String, Object>> sent = new ArrayList<>();
        for (final JsonNode one : body.isArray() ? body : List.of(body)) {
            final CloudMessage message = message(one);
            final long sequence = messages.apply(request).send(device(request), message);
            sent.add(new JsonObject().with("sequence", sequence).with("messageId", message.messageId()).fields());
        }

        return ManagementResponse.json(body.isArray() ? sent : sent.getFirst());
    }

    private ManagementResponse pending(final ManagementRequest request) throws ServiceException {
        return ManagementResponse.json(messages.apply(request).pending(device(request)).stream().map(MessageRoutes::view).toList());
    }

    private ManagementResponse purge(final ManagementRequest request) throws ServiceException {
        final int purged = messages.apply(request).purge(device(request));
        return ManagementResponse.json(new JsonObject().with("deviceId", device(request)).with("totalMessagesPurged", purged).fields());
    }

    private ManagementResponse ended(final ManagementRequest request) {
        final List<MessageTrace> ended = messages.apply(request).ended(device(request));
        final Map<String, Long> counts = ended.stream().collect(Collectors.groupingBy(trace -> trace.outcome().statusCode(), Collectors.counting()));
        return ManagementResponse.json(new JsonObject().with("counts", counts).with("messages", ended.stream().map(MessageRoutes::view).toList()).fields());
    }

    private ManagementResponse limit(final ManagementRequest request) {
        final JsonNode body = request.json();
        if (body.has("queue")) {
            messages.apply(request).limitQueues(body.get("queue").isNull() ? Integer.MAX_VALUE : body.get("queue").asInt());
        }

        if (body.has("unacknowledged")) {
            messages.apply(request).limitUnacknowledged(body.get("unacknowledged").asInt());
        }

        return ManagementResponse.noContent();
    }

    private static ManagementResponse feedback(final List<Feedback> feedback) {
        return ManagementResponse.json(feedback.stream().map(line -> new JsonObject()
                .with("originalMessageId", line.originalMessageId())
                .with("deviceId", line.deviceId())
                .with("statusCode", line.outcome().statusCode())
                .with("enqueuedTimeUtc", line.time().toString())
                .fields()).toList());
    }

    private CloudMessage message(final JsonNode json) throws ServiceException {
        if (!json.isObject()) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "A message is a JSON object.");
        }

        final Map<SystemPropertyName, String> system = new LinkedHashMap<>();
        SYSTEM_PROPERTIES.forEach((name, field) -> {
            if (json.has(field)) {
                system.put(name, json.get(field).asText());
            }
        });
        final Map<String, String> application = new LinkedHashMap<>();
        json.path("properties").properties().forEach(property ->
                application.put(property.getKey(), property.getValue().isNull() ? null : property.getValue().asText()));
        return new CloudMessage(body(json), system, application, expiry(json), FeedbackRequest.of(json.path("ack").asText("none")));
    }

    private static byte[] body(final JsonNode json) {
        if (json.has("bodyBase64")) {
            return Base64.getDecoder().decode(json.get("bodyBase64").asText());
        }

        final JsonNode body = json.path("body");
        return (body.isContainerNode() ? body.toString() : body.asText("")).getBytes(StandardCharsets.UTF_8);
    }

    private Instant expiry(final JsonNode json) {
        if (json.has("expiry")) {
            return Instant.parse(json.get("expiry").asText());
        }

        return json.has("timeToLiveSeconds") ? clock.instant().plus(Duration.ofSeconds(json.get("timeToLiveSeconds").asLong())) : null;
    }

    private static String device(final ManagementRequest request) {
        return request.path().get("device");
    }

    private static Map<String, Object> view(final MessageTrace trace) {
        final JsonObject view = new JsonObject()
                .with("sequence", trace.sequence())
                .with("messageId", trace.messageId())
                .with("enqueued", trace.enqueued().toString())
                .with("deliveries", trace.deliveries());
        if (trace.outcome() == null) {
            return view.with("locked", trace.locked()).fields();
        }

        return view.with("outcome", trace.outcome().statusCode())
                .with("finished", trace.finished().toString())
                .with("milliseconds", trace.duration().toNanos() / 1e6)
                .fields();
    }
}
