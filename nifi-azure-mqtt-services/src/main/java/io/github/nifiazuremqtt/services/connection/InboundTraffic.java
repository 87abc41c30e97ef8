/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import io.github.nifiazuremqtt.services.protocol.DeviceTopics;
import io.github.nifiazuremqtt.services.protocol.MethodTopics;
import io.github.nifiazuremqtt.services.protocol.TwinTopics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What comes in for one device: takes each message to who waits for it.
 */
final class InboundTraffic {

    private static final int UNAVAILABLE = 503;

    private static final int GATEWAY_TIMEOUT = 504;

    private static final byte[] NO_ANSWER_IN_TIME =
            "{\"message\":\"The connection is made anew and the method was not answered in time\"}".getBytes(StandardCharsets.UTF_8);

    private static final byte[] NOBODY_TAKES_IT = "{\"message\":\"No component takes this method at the moment\"}".getBytes(StandardCharsets.UTF_8);

    private final DeviceIdentity identity;

    private final ConnectionContext context;

    private final DeviceTopics topics;

    private final Subscriptions subscriptions;

    private final TwinRequests twin;

    private final MethodExchanges methods;

    private final Object inboundLock = new Object();

    /** Messages that nobody takes: of a subscription that the hub kept from an earlier life, or of a receiver that was closed. */
    private final Deque<HeldMessage> parked = new ArrayDeque<>();

    private UnacknowledgedMessages messages;

    /** What came between the CONNACK and {@link #opened}: a hub that kept the session has methods and changes for the device at once. */
    private final Deque<IncomingMessage> early = new ArrayDeque<>();

    private List<DesiredFeed> feeds = List.of();

    private SessionSource source;

    private boolean open;

    /**
     * @param hubAnswered run whenever the hub has answered something
     */
    InboundTraffic(final DeviceIdentity identity, final ConnectionContext context, final DeviceTopics topics, final Runnable hubAnswered) {
        this.identity = identity;
        this.context = context;
        this.topics = topics;
        subscriptions = new Subscriptions(topics);
        twin = new TwinRequests(identity, subscriptions, context.timer(), hubAnswered);
        methods = new MethodExchanges(identity, System::nanoTime);
    }

    /** A new session: what comes on it may come before it is {@link #opened}. */
    void begin(final SessionSource begun) {
        synchronized (inboundLock) {
            source = begun;
            early.clear();
            messages = new UnacknowledgedMessages(begun, identity, System::nanoTime);
            parked.clear();
        }
    }

    /** Takes note of a session; {@link #opened} follows. */
    void attach(final MqttSession session) {
        methods.opened(session);
        subscriptions.opened(session);
        twin.attach(session);
    }

    void opened() {
        receiveEarly();
        twin.sendWaiting();
        consumersChanged();
    }

    private void receiveEarly() {
        final SessionSource current;
        synchronized (inboundLock) {
            current = source;
        }
        for (IncomingMessage next = takeEarly(current); next != null; next = takeEarly(current)) {
            take(current, next);
        }
    }

    /**
     * @return null when no more can come before what comes next
     */
    private IncomingMessage takeEarly(final SessionSource current) {
        synchronized (inboundLock) {
            if (source == null || source != current) {
                return null;
            }
            open = early.isEmpty();
            return early.pollFirst();
        }
    }

    /** Subscribes to what is wanted and gives out what has waited for a consumer. */
    void consumersChanged() {
        final Consumers consumers = context.consumers();
        final SessionSource current;
        synchronized (inboundLock) {
            if (!open) {
                return;
            }
            current = source;
        }

        // A module gets no cloud-to-device messages, and a hub may close the connection of one that asks for them.
        final List<MessageInbox> messageInboxes = identity.module().isPresent() ? List.of() : consumers.messages().find(identity);
        if (!messageInboxes.isEmpty()) {
            unpark(messageInboxes.getFirst());
            subscriptions.want(SubscriptionKind.MESSAGES);
        }
        if (!consumers.methods().find(identity).isEmpty()) {
            subscriptions.want(SubscriptionKind.METHODS);
        }
        feed(consumers.desired().find(identity), current);
    }

    private void unpark(final MessageInbox inbox) {
        synchronized (inboundLock) {
            while (!parked.isEmpty()) {
                inbox.received(parked.removeFirst());
            }
        }
    }

    private void feed(final List<DesiredInbox> inboxes, final SessionSource current) {
        final List<DesiredFeed> added = new ArrayList<>();
        synchronized (inboundLock) {
            if (source != current) {
                return;
            }

            final List<DesiredFeed> all = new ArrayList<>(feeds);
            all.removeIf(feed -> !inboxes.contains(feed.inbox()));
            for (final DesiredInbox inbox : inboxes) {
                if (all.stream().noneMatch(feed -> feed.inbox() == inbox)) {
                    final DesiredFeed feed = new DesiredFeed(identity, current, inbox, twin, context.timer(), context.random());
                    all.add(feed);
                    added.add(feed);
                }
            }
            feeds = List.copyOf(all);
        }
        if (!added.isEmpty()) {
            subscriptions.want(SubscriptionKind.DESIRED_PROPERTIES).thenRun(() -> added.forEach(DesiredFeed::read));
        }
    }

    void received(final SessionSource from, final IncomingMessage message) {
        synchronized (inboundLock) {
            if (from != source) {
                return;
            }
            if (!open) {
                early.addLast(message);
                return;
            }
        }
        take(from, message);
    }

    private void take(final SessionSource from, final IncomingMessage message) {
        final String topic = message.topic();
        if (!topic.startsWith("$iothub/")) {
            message(from, message);
            return;
        }
        message.acknowledge();
        TwinTopics.parseResponse(topic).ifPresent(response -> twin.answered(response, message.payload()));
        MethodTopics.parseRequest(topic).ifPresent(call -> method(from, call, message.payload()));
        final OptionalLong version = TwinTopics.parseDesired(topic);
        if (version.isPresent()) {
            final DesiredPropertiesUpdate update = new DesiredPropertiesUpdate(identity, from.hostName(), from.endpointUri(), version.getAsLong(), false,
                    message.payload());
            currentFeeds().forEach(feed -> feed.changed(update));
        }
    }

    private List<DesiredFeed> currentFeeds() {
        synchronized (inboundLock) {
            return feeds;
        }
    }

    private void message(final SessionSource from, final IncomingMessage message) {
        final Optional<MessageProperties> properties = topics.parseMessage(message.topic());
        if (properties.isEmpty()) {
            context.log().warn("Device [{}] received a message that is for no component of NiFi; it is acknowledged", identity);
            message.acknowledge();
            return;
        }

        synchronized (inboundLock) {
            if (from != source) {
                return;
            }
            // Under the lock: a receiver that comes after this look finds the message parked.
            messages.received(new HeldMessage.Content(properties.get(), message.payload()), message).ifPresent(held -> {
                final List<MessageInbox> inboxes = context.consumers().messages().find(identity);
                if (inboxes.isEmpty() || !parked.isEmpty()) {
                    parked.addLast(held);
                } else {
                    inboxes.getFirst().received(held);
                }
            });
        }
    }

    private void method(final SessionSource from, final MethodTopics.MethodCall call, final byte[] payload) {
        methods.begin(call).ifPresent(requestId -> {
            final MethodRequest request = new MethodRequest(identity, from.hostName(), from.endpointUri(), requestId, call.methodName(), payload,
                    from.now());
            final boolean taken = !methods.isHeld() && context.consumers().methods().find(identity).stream().anyMatch(inbox -> inbox.received(request));
            if (!taken) {
                methods.respond(requestId, UNAVAILABLE, NOBODY_TAKES_IT);
            }
        });
    }

    /**
     * Waits for the answers to methods that are under way; what comes meanwhile is taken as usual.
     *
     * @param whenDrained must not do its work on the calling thread
     */
    void holdMethods(final Runnable whenDrained) {
        methods.hold(whenDrained);
    }

    /** Answers the methods that are still under way in the place of who has them. */
    void giveMethodsBack() {
        final String session = methods.giveBack(GATEWAY_TIMEOUT, NO_ANSWER_IN_TIME);
        context.consumers().methods().find(identity).forEach(inbox -> inbox.ended(session));
    }

    /**
     * Gives out no more messages of a session, and waits until those that were taken are safe.
     *
     * @param whenDrained must not do its work on the calling thread
     */
    void holdMessages(final SessionSource session, final Runnable whenDrained) {
        context.consumers().messages().find(identity).stream().findFirst()
                .ifPresentOrElse(inbox -> inbox.hold(session, whenDrained), whenDrained);
    }

    /**
     * @param renewing true if the session is replaced without a loss
     */
    void ended(final IoTHubException reason, final boolean renewing) {
        final SessionSource gone;
        final List<DesiredFeed> endedFeeds;
        synchronized (inboundLock) {
            gone = source;
            source = null;
            open = false;
            early.clear();
            parked.clear();
            endedFeeds = feeds;
            feeds = List.of();
        }

        endedFeeds.forEach(DesiredFeed::end);
        subscriptions.ended();
        final String session = methods.ended();
        context.consumers().methods().find(identity).forEach(inbox -> inbox.ended(session));
        if (gone != null) {
            context.consumers().messages().find(identity).forEach(inbox -> inbox.ended(gone));
        }
        twin.ended(reason, renewing);
    }

    TwinRequests twin() {
        return twin;
    }

    MethodExchanges methods() {
        return methods;
    }
}
