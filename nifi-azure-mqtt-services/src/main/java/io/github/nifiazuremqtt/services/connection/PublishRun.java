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
import io.github.nifiazuremqtt.services.protocol.MessageRules;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Duration;
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

    private volatile IoTHubException over;

    PublishRun(final TelemetrySender sender, final long epoch) {
        this.sender = sender;
        this.epoch = epoch;
    }

    @Override
    public CompletableFuture<Void> publish(final DeviceMessage message, final Duration timeout) {
        final IoTHubException ended = over;
        if (ended != null) {
            return CompletableFuture.failedFuture(ended);
        }

        final String topic;
        try {
            topic = sender.topics().telemetry(message.properties());
        } catch (final WireFormatException e) {
            return CompletableFuture.failedFuture(new IoTHubException(FailureCategory.INVALID_CONTENT, e.getMessage(), e));
        }
        final Optional<String> problem = MessageRules.findProblem(message, topic);
        if (problem.isPresent()) {
            return CompletableFuture.failedFuture(new IoTHubException(FailureCategory.INVALID_CONTENT, problem.get()));
        }

        try {
            return send(message, topic, timeout);
        } catch (final IoTHubException e) {
            return CompletableFuture.failedFuture(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(new IoTHubException(FailureCategory.TIMED_OUT, "Interrupted while waiting for room in the window", e));
        }
    }

    private CompletableFuture<Void> send(final DeviceMessage message, final String topic, final Duration timeout) throws InterruptedException {
        final boolean acknowledged = message.qualityOfService() == QualityOfService.AT_LEAST_ONCE;
        final boolean alone = acknowledged && sender.suspicion().mustGoAlone(message.deliveryId());
        final OpenLine line = sender.window().enter(epoch, timeout, alone);
        final InFlightMessage inFlight = new InFlightMessage(this, line, message.deliveryId(), acknowledged);
        unacknowledged.add(inFlight);
        final MqttQuality quality = acknowledged ? MqttQuality.AT_LEAST_ONCE : MqttQuality.AT_MOST_ONCE;
        final Runnable publish = () -> {
            inFlight.sent();
            line.session().publish(topic, message.body(), quality, inFlight);
        };
        if (alone && sender.suspicion().needsProbe(message.deliveryId())) {
            HubProbe.send(line.session(), inFlight, publish);
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
        boolean any = false;
        for (final InFlightMessage message : unacknowledged) {
            any = true;
            message.fail(reason);
        }
        return any;
    }
}
