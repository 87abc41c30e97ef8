/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import io.github.nifiazuremqtt.emulator.hub.HubFeature;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The cloud-to-device messages of a hub, for both sides. */
public final class CloudMessages implements HubFeature {

    private static final int CAPACITY = 50;
    private static final int WINDOW = 100;
    private static final int HISTORY_KEPT = 200_000;

    private final IoTHub hub;
    private final Clock clock;
    private final Rules rules;
    private final Map<String, Kept> queues = new ConcurrentHashMap<>();
    private final List<Consumer<MessageTrace>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock historyLock = new ReentrantLock();
    private final Condition ended = historyLock.newCondition();
    private final Deque<MessageTrace> history = new ArrayDeque<>();
    private final Map<String, Integer> endedByDevice = new HashMap<>();
    private final Deque<Feedback> feedback = new ArrayDeque<>();

    public CloudMessages(final IoTHub hub, final Clock clock) {
        this.hub = hub;
        this.clock = clock;
        this.rules = new Rules(hub);
    }

    /** Sends a message to a device; returns its number at the device. */
    public long send(final String deviceId, final CloudMessage message) throws ServiceException {
        return queue(deviceId).enqueue(message);
    }

    /** The messages of a device that have not ended, those that it has first. */
    public List<MessageTrace> pending(final String deviceId) throws ServiceException {
        return queue(deviceId).traces();
    }

    /** Empties the queue of a device; returns how many messages were in it. */
    public int purge(final String deviceId) throws ServiceException {
        return queue(deviceId).purge();
    }

    /** The messages to a device that have ended, in the order in which they ended. */
    public List<MessageTrace> ended(final String deviceId) {
        historyLock.lock();
        try {
            return history.stream().filter(trace -> trace.deviceId().equals(deviceId)).toList();
        } finally {
            historyLock.unlock();
        }
    }

    /** Waits until so many messages to a device have ended; false if they have not in time. */
    public boolean awaitEnded(final String deviceId, final int count, final Duration timeout) throws InterruptedException {
        return await(() -> endedByDevice.getOrDefault(deviceId, 0) >= count, timeout);
    }

    /** The feedback that was asked for, oldest first. */
    public List<Feedback> feedback() {
        historyLock.lock();
        try {
            return List.copyOf(feedback);
        } finally {
            historyLock.unlock();
        }
    }

    /** Waits until there are so many lines of feedback; false if there are not in time. */
    public boolean awaitFeedback(final int count, final Duration timeout) throws InterruptedException {
        return await(() -> feedback.size() >= count, timeout);
    }

    /** Takes the feedback that there is, so that it is not given out again. */
    public List<Feedback> takeFeedback() {
        historyLock.lock();
        try {
            final List<Feedback> taken = new ArrayList<>(feedback);
            feedback.clear();
            return taken;
        } finally {
            historyLock.unlock();
        }
    }

    /** Changes how many messages a queue can hold, 50 otherwise. */
    public void limitQueues(final int capacity) {
        rules.capacity = capacity;
    }

    /** Lets queues grow without limit. */
    public void liftQueueLimit() {
        rules.capacity = Integer.MAX_VALUE;
    }

    /** Changes how many messages a device may have without having acknowledged them, 100 otherwise. */
    public void limitUnacknowledged(final int window) {
        rules.window = window;
    }

    /** Calls the listener whenever a message was enqueued, sent, or has ended. The listener must be quick. */
    public void addListener(final Consumer<MessageTrace> listener) {
        listeners.add(listener);
    }

    public void removeListener(final Consumer<MessageTrace> listener) {
        listeners.remove(listener);
    }

    /** Ends locks and lives that have run out; to be called now and then. */
    public void sweep() {
        queues.values().forEach(kept -> kept.queue.sweep());
    }

    @Override
    public boolean takes(final DeviceSession session, final String topic) {
        return false;
    }

    @Override
    public void publish(final DeviceSession session, final InboundPublish publish) {
        throw new UnsupportedOperationException("Devices send nothing of this kind");
    }

    @Override
    public void connected(final DeviceSession session) {
        if (!session.key().isModule()) {
            queue(session).attach(new SessionLink(session), session.isCleanSession());
        }
    }

    @Override
    public void subscribed(final DeviceSession session, final String filter) {
        if (!session.key().isModule() && filter.equals(DeliveryTopic.filter(session.key().deviceId()))) {
            queue(session).subscribed();
        }
    }

    @Override
    public boolean acknowledged(final DeviceSession session, final int packetId) {
        if (session.key().isModule()) {
            return false;
        }

        queue(session).acknowledge(packetId);
        return true;
    }

    @Override
    public void disconnected(final DeviceSession session, final boolean orderly) {
        if (!session.key().isModule()) {
            queue(session).detach(new SessionLink(session));
        }
    }

    @Override
    public void reset() {
        queues.clear();
        listeners.clear();
        rules.capacity = CAPACITY;
        rules.window = WINDOW;
        historyLock.lock();
        try {
            history.clear();
            endedByDevice.clear();
            feedback.clear();
        } finally {
            historyLock.unlock();
        }
    }

    private MessageQueue queue(final String deviceId) throws ServiceException {
        final RegisteredIdentity identity = hub.registry().find(IdentityKey.device(deviceId))
                .orElseThrow(() -> new ServiceException(ServiceError.DEVICE_NOT_FOUND, "[%s] is not registered.".formatted(deviceId)));
        return queue(deviceId, identity.generationId());
    }

    private MessageQueue queue(final DeviceSession session) {
        return queue(session.key().deviceId(), session.identity().generationId());
    }

    /** A queue lives as long as its device: a device that was deleted and made again starts anew. */
    private MessageQueue queue(final String deviceId, final String generationId) {
        return queues.compute(deviceId, (same, kept) -> kept != null && kept.generationId.equals(generationId)
                ? kept : new Kept(generationId, new MessageQueue(deviceId, rules, clock, this::changed))).queue;
    }

    private void changed(final QueuedMessage message) {
        final MessageTrace trace = message.trace();
        if (trace.outcome() != null) {
            record(trace, message.message().feedback());
        }

        listeners.forEach(listener -> listener.accept(trace));
    }

    private void record(final MessageTrace trace, final FeedbackRequest request) {
        historyLock.lock();
        try {
            append(history, trace);
            endedByDevice.merge(trace.deviceId(), 1, Integer::sum);
            if (request.includes(trace.outcome())) {
                append(feedback, new Feedback(trace.messageId(), trace.deviceId(), trace.outcome(), trace.finished()));
            }

            ended.signalAll();
        } finally {
            historyLock.unlock();
        }
    }

    private static <T> void append(final Deque<T> kept, final T element) {
        if (kept.size() == HISTORY_KEPT) {
            kept.removeFirst();
        }

        kept.addLast(element);
    }

    private boolean await(final BooleanSupplier condition, final Duration timeout) throws InterruptedException {
        long remaining = timeout.toNanos();
        historyLock.lockInterruptibly();
        try {
            while (!condition.getAsBoolean()) {
                if (remaining <= 0) {
                    return false;
                }

                remaining = ended.awaitNanos(remaining);
            }

            return true;
        } finally {
            historyLock.unlock();
        }
    }

    private record Kept(String generationId, MessageQueue queue) {
    }

    private static final class Rules implements QueueRules {

        private final IoTHub hub;
        private volatile int capacity = CAPACITY;
        private volatile int window = WINDOW;

        private Rules(final IoTHub hub) {
            this.hub = hub;
        }

        @Override
        public Duration lock() {
            return hub.timings().messageLock();
        }

        @Override
        public Duration timeToLive() {
            return hub.timings().messageTimeToLive();
        }

        @Override
        public int capacity() {
            return capacity;
        }

        @Override
        public int window() {
            return window;
        }

        @Override
        public boolean isOn(final HubSwitch wanted) {
            return hub.isOn(wanted);
        }
    }
}
