/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.services.mqtt.MqttQuality;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.protocol.MessageRules;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A run of messages on the connection of a device.
 */
final class PublishRun implements MessagePublisher {

    private final TelemetrySender sender;

    private final long epoch;

    private final Set<InFlightMessage> unacknowledged = ConcurrentHashMap.newKeySet();

    /** Messages that are being made. */
    private final Map<String, Reservation> reserved = new ConcurrentHashMap<>();

    private volatile IoTHubException over;

    PublishRun(final TelemetrySender sender, final long epoch) {
        this.sender = sender;
        this.epoch = epoch;
    }

    @Override
    public boolean reserve(final String deliveryId, final Runnable whenRoom) {
        requireNotOver();
        final boolean alone = sender.suspicion().mustGoAlone(deliveryId);
        final Optional<OpenLine> line = sender.window().enter(epoch, alone, whenRoom);
        if (line.isEmpty()) {
            return false;
        }

        reserved.put(deliveryId, new Reservation(line.get(), alone));
        if (over != null) {
            release(deliveryId);
        }
        requireNotOver();
        return true;
    }

    private void requireNotOver() {
        final IoTHubException ended = over;
        if (ended != null) {
            throw new IoTHubException(ended.getCategory(), ended.getMessage(), ended);
        }
    }

    @Override
    public void release(final String deliveryId) {
        if (reserved.remove(deliveryId) != null) {
            sender.window().leave();
        }
    }

    @Override
    public CompletableFuture<Void> publish(final DeviceMessage message) {
        final Reservation reservation = reserved.remove(message.deliveryId());
        if (reservation == null) {
            final IoTHubException ended = over;
            if (ended == null) {
                throw new IllegalStateException("No room was reserved for message [%s]".formatted(message.deliveryId()));
            }
            return CompletableFuture.failedFuture(ended);
        }

        final String topic;
        try {
            sender.window().requireCurrent(epoch);
            topic = findTopic(message);
        } catch (final IoTHubException e) {
            sender.window().leave();
            return CompletableFuture.failedFuture(e);
        }
        return send(message, topic, reservation);
    }

    /**
     * @throws IoTHubException {@link FailureCategory#INVALID_CONTENT} if the message breaks a rule
     */
    private String findTopic(final DeviceMessage message) {
        final String topic;
        try {
            topic = sender.topics().telemetry(message.properties());
        } catch (final WireFormatException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, e.getMessage(), e);
        }
        MessageRules.findProblem(message, topic).ifPresent(problem -> {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, problem);
        });
        return topic;
    }

    private CompletableFuture<Void> send(final DeviceMessage message, final String topic, final Reservation reservation) {
        final boolean acknowledged = message.qualityOfService() == QualityOfService.AT_LEAST_ONCE;
        final MqttSession session = reservation.line().session();
        final InFlightMessage inFlight = new InFlightMessage(this, reservation.line(), message.deliveryId(), acknowledged);
        unacknowledged.add(inFlight);
        final IoTHubException ended = over;
        if (ended != null) {
            inFlight.settle(ended);
            return inFlight.outcome();
        }

        final MqttQuality quality = acknowledged ? MqttQuality.AT_LEAST_ONCE : MqttQuality.AT_MOST_ONCE;
        final Runnable publish = () -> {
            inFlight.sent();
            session.publish(topic, message.body(), quality, inFlight);
        };
        if (reservation.alone() && sender.suspicion().needsProbe(message.deliveryId(), reservation.line().ageNanos())) {
            HubProbe.send(sender, inFlight, publish);
        } else {
            publish.run();
        }
        return inFlight.outcome();
    }

    void delivered(final InFlightMessage message) {
        left(message);
        if (message.isAcknowledged()) {
            sender.acknowledged(message);
        }
    }

    /** The message is not on the wire any more. */
    void left(final InFlightMessage message) {
        unacknowledged.remove(message);
        sender.window().leave();
    }

    @Override
    public void abandon() {
        final IoTHubException reason = new IoTHubException(FailureCategory.TIMED_OUT,
                "Device [%s]: no acknowledgment in time; the message may have arrived".formatted(sender.identity()));
        if (end(reason)) {
            sender.acknowledgmentsMissing();
        }
    }

    /**
     * @return true if messages were not acknowledged, all of which have failed now
     */
    boolean end(final IoTHubException reason) {
        over = reason;
        reserved.keySet().forEach(this::release);
        boolean any = false;
        for (final InFlightMessage message : unacknowledged) {
            any = true;
            message.fail(reason);
        }
        return any;
    }

    /**
     * @param alone true if nothing else is in flight until the outcome is known
     */
    private record Reservation(OpenLine line, boolean alone) {
    }
}
