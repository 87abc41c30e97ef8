/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import io.github.nifiazuremqtt.emulator.mqtt.SessionHandler;
import io.github.nifiazuremqtt.emulator.mqtt.TopicRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A device that talks to the provisioning service. */
final class ProvisioningSession implements SessionHandler {

    static final int ACCEPTED = 202;
    private static final int ROW_TAKEN_OVER = 23;
    private static final int ROW_API_VERSION = 64;
    private static final int ROW_UNDOCUMENTED = 72;
    private static final int HIGHEST_QOS = 1;
    private static final String ANSWERS = "$dps/registrations/res/#";
    private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?";
    private static final String POLL = "$dps/registrations/GET/iotdps-get-operationstatus/?";

    /**
     * The service never answers at once, and clients count on it: Microsoft's for Java waits for the answer only after the request is sent, and is not woken by
     * one that is there already.
     */
    private static final Duration ANSWER_TIME = Duration.ofMillis(50);

    private final ProvisioningService service;
    private final ProvisioningUserName userName;
    private final Claim claim;
    private final MqttConnection connection;
    private boolean subscribed;

    ProvisioningSession(final ProvisioningService service, final ProvisioningUserName userName, final Claim claim, final MqttConnection connection) {
        this.service = service;
        this.userName = userName;
        this.claim = claim;
        this.connection = connection;
    }

    Claim claim() {
        return claim;
    }

    /** Gives way to a newer session of the same registration id; done when the connection is closed. */
    CompletionStage<Void> takeOver() {
        connection.close(new Refusal(ROW_TAKEN_OVER, "a newer connection of the same registration id"));
        return connection.closed();
    }

    boolean isWebSocket() {
        return connection.isWebSocket();
    }

    boolean knowsConnectionProfiles() {
        return userName.knowsConnectionProfiles();
    }

    /** A service without previews does not know the API versions that came with them. */
    void requireKnownVersion() throws ProvisioningRefusedException {
        if (knowsConnectionProfiles() && service.isOn(DpsSwitch.PREVIEW_API_REFUSED_AT_REGISTRATION)) {
            throw new ProvisioningRefusedException(ProvisioningRefusedException.BAD_REQUEST, ROW_API_VERSION, "the API version is unknown here");
        }
    }

    void requireKnownScope() throws ProvisioningRefusedException {
        if (!service.idScope().equals(claim.idScope())) {
            throw new ProvisioningRefusedException(ProvisioningRefusedException.UNAUTHORIZED, 65, "the id scope [%s] is unknown".formatted(claim.idScope()));
        }
    }

    void requireNoSigningRequest(final JsonNode body) throws ProvisioningRefusedException {
        if (body.has("csr") && !knowsConnectionProfiles() && service.isOn(DpsSwitch.SIGNING_REQUEST_REFUSED)) {
            throw new ProvisioningRefusedException(ProvisioningRefusedException.BAD_REQUEST, 74, "this API version knows no signing requests");
        }
    }

    @Override
    public void connected() {
        // nothing is said before the client asks
    }

    @Override
    public void publish(final InboundPublish publish) {
        final Map<String, String> query = query(publish.topic());
        final String requestId = query.get("$rid");
        final boolean register = publish.topic().startsWith(REGISTER);
        final boolean poll = publish.topic().startsWith(POLL) && query.containsKey("operationId");
        if (publish.qos() > HIGHEST_QOS || !register && !poll || requestId == null) {
            connection.close(new Refusal(ROW_UNDOCUMENTED, "PUBLISH to an undocumented topic [%s]".formatted(publish.topic())));
            return;
        }

        if (publish.qos() == HIGHEST_QOS) {
            connection.acknowledge(publish.packetId(), 0);
        }

        final Optional<ProvisioningAnswer> answer = register ? service.register(this, publish.payload()) : service.poll(this, query.get("operationId"));
        if (subscribed) {
            answer.ifPresent(present -> connection.schedule(
                    () -> connection.publish(present.topic(requestId), service.write(present.body()), 0, 0, false), ANSWER_TIME));
        }
    }

    @Override
    public void subscribe(final int packetId, final List<TopicRequest> requests) {
        final List<Integer> returnCodes = new ArrayList<>();
        for (final TopicRequest request : requests) {
            if (!request.filter().equals(ANSWERS)) {
                connection.close(new Refusal(ROW_UNDOCUMENTED, "SUBSCRIBE to an undocumented filter [%s]".formatted(request.filter())));
                return;
            }

            returnCodes.add(Math.min(request.qos(), HIGHEST_QOS));
        }

        subscribed = true;
        connection.subscribed(packetId, returnCodes);
    }

    @Override
    public void unsubscribe(final int packetId, final List<String> filters) {
        if (filters.stream().allMatch(ANSWERS::equals)) {
            subscribed = false;
            connection.unsubscribed(packetId);
        } else {
            connection.close(new Refusal(ROW_UNDOCUMENTED, "UNSUBSCRIBE of an undocumented filter"));
        }
    }

    @Override
    public void acknowledged(final int packetId) {
        // answers are sent with quality of service 0
    }

    @Override
    public void ended(final boolean orderly) {
        service.close(this);
    }

    @Override
    public Optional<Refusal> check(final Instant now) {
        return Optional.empty();
    }

    private static Map<String, String> query(final String topic) {
        final Map<String, String> query = new HashMap<>();
        for (final String parameter : topic.substring(topic.indexOf('?') + 1).split("&")) {
            final int equals = parameter.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }

        return query;
    }
}
