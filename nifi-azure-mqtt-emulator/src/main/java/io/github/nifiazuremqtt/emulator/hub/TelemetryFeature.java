/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.github.nifiazuremqtt.emulator.fault.Throttle;
import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;
import io.github.nifiazuremqtt.emulator.mqtt.Will;
import io.github.nifiazuremqtt.emulator.telemetry.BadPropertyBagException;
import io.github.nifiazuremqtt.emulator.telemetry.PropertyBag;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Device-to-cloud messages. */
final class TelemetryFeature implements HubFeature {

    private static final int LARGEST_MESSAGE = 262_144;
    private static final String EVENTS = "/messages/events";

    private final Uplink uplink;
    private final Faults faults;
    private final Clock clock;
    private volatile EnqueuedTime lastEnqueued = new EnqueuedTime(Instant.EPOCH, "");

    TelemetryFeature(final Uplink uplink, final Faults faults, final Clock clock) {
        this.uplink = uplink;
        this.faults = faults;
        this.clock = clock;
    }

    /** Whether a topic is the events topic of an identity, with or without a property bag. */
    static boolean isEventsTopic(final IdentityKey key, final String topic) {
        final String root = key.topicRoot();
        final int end = root.length() + EVENTS.length();
        return topic.startsWith(root) && topic.startsWith(EVENTS, root.length()) && (topic.length() == end || topic.charAt(end) == '/');
    }

    @Override
    public boolean takes(final DeviceSession session, final String topic) {
        return isEventsTopic(session.key(), topic);
    }

    @Override
    public void publish(final DeviceSession session, final InboundPublish publish) {
        final TelemetryMessage message;
        final int size;
        try {
            final PropertyBag bag = bag(session, publish.topic());
            size = publish.payload().length + bag.size();
            message = message(session, publish, bag);
        } catch (final BadPropertyBagException e) {
            session.close(e.row(), e.getMessage());
            return;
        }

        if (size > LARGEST_MESSAGE) {
            session.close(33, "a message of %d bytes".formatted(size));
        } else if (session.connection().faults().isPoisoned(message)) {
            session.close(0, "fault, poison message");
        } else if (session.pay(size)) {
            store(session, publish, message);
        }
    }

    void publishWill(final DeviceSession session, final Will will) {
        if (!takes(session, will.topic())) {
            return;
        }

        try {
            final PropertyBag bag = bag(session, will.topic());
            bag.application().put("iothub-MessageType", "Will");
            uplink.send(message(session, new InboundPublish(will.topic(), will.payload(), will.qos(), 0, false, will.retain()), bag));
        } catch (final BadPropertyBagException e) {
            // the will was judged at CONNECT, so only a lenient hub gets here, and it has nobody left to refuse
        }
    }

    private void store(final DeviceSession session, final InboundPublish publish, final TelemetryMessage message) {
        final long delay = faults.sends().delay(System.nanoTime());
        if (delay == Throttle.REFUSED) {
            session.close(36, "messages come faster than the throttle allows");
        } else {
            uplink.send(message);
            session.acknowledge(publish, delay);
        }
    }

    private static PropertyBag bag(final DeviceSession session, final String topic) throws BadPropertyBagException {
        final int start = session.key().topicRoot().length() + EVENTS.length() + 1;
        final String text = topic.length() > start ? topic.substring(start) : "";
        return PropertyBag.parse(text, session.hub().isOn(HubSwitch.LENIENT_PROPERTY_BAG));
    }

    private TelemetryMessage message(final DeviceSession session, final InboundPublish publish, final PropertyBag bag) {
        final EnqueuedTime now = now();
        final Map<String, String> system = bag.system();
        system.put("iothub-connection-device-id", session.key().deviceId());
        if (session.key().isModule()) {
            system.put("iothub-connection-module-id", session.key().moduleId());
        }

        system.put("iothub-connection-auth-method", session.connectionAuthMethod());
        system.put("iothub-connection-auth-generation-id", session.identity().generationId());
        system.put("iothub-enqueuedtime", now.text());
        system.put("iothub-message-source", "Telemetry");
        if (!session.modelId().isEmpty()) {
            system.put("dt-dataschema", session.modelId());
        }

        if (publish.retain()) {
            bag.application().put("mqtt-retain", "true");
        }

        return new TelemetryMessage(session.hub().name(), session.key().deviceId(), session.key().moduleId(), publish.payload(), system,
                bag.application(), now.instant(), publish.qos(), publish.duplicate());
    }

    /** Writing a time as text costs as much as everything else about a message, and many arrive in one millisecond. */
    private EnqueuedTime now() {
        final Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        final EnqueuedTime last = lastEnqueued;
        if (last.instant().equals(now)) {
            return last;
        }

        final EnqueuedTime next = new EnqueuedTime(now, now.toString());
        lastEnqueued = next;
        return next;
    }

    private record EnqueuedTime(Instant instant, String text) {
    }
}
