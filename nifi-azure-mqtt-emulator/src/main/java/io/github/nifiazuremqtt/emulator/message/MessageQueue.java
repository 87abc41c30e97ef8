/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The cloud-to-device messages of one device: those that wait, in the order they were sent, and those that the device has not acknowledged yet. */
final class MessageQueue {

    private static final Logger LOGGER = System.getLogger(MessageQueue.class.getName());
    private static final int LARGEST_MESSAGE = 64 * 1024;
    private static final Duration LONGEST_LIFE = Duration.ofDays(2);
    private static final int MOST_DELIVERIES = 10;
    private static final int HIGHEST_PACKET_ID = 0xFFFF;

    private final String deviceId;
    private final QueueRules rules;
    private final Clock clock;
    private final Consumer<QueuedMessage> observer;
    private final Object queueLock = new Object();
    private final NavigableMap<Long, QueuedMessage> waiting = new TreeMap<>();
    private final Map<Integer, QueuedMessage> unacknowledged = new LinkedHashMap<>();
    private final Set<Integer> lapsed = new HashSet<>();
    private DeviceLink link;
    private long lastSequence;
    private long lastBeforeSubscription = Long.MAX_VALUE;
    private int lastPacketId;
    private Instant nextLimit = Instant.MAX;

    /**
     * An empty queue.
     *
     * @param observer is called under the lock when a message was enqueued, sent, or has ended
     */
    MessageQueue(final String deviceId, final QueueRules rules, final Clock clock, final Consumer<QueuedMessage> observer) {
        this.deviceId = deviceId;
        this.rules = rules;
        this.clock = clock;
        this.observer = observer;
    }

    /** Takes a message from the service side; returns its number. */
    long enqueue(final CloudMessage message) throws ServiceException {
        if (message.size() > LARGEST_MESSAGE) {
            throw new ServiceException(ServiceError.MESSAGE_TOO_LARGE, "The message has %d bytes, more than %d.".formatted(message.size(), LARGEST_MESSAGE));
        }

        final Instant now = clock.instant();
        if (message.expiry() != null && message.expiry().isAfter(now.plus(LONGEST_LIFE))) {
            throw new ServiceException(ServiceError.ARGUMENT_INVALID, "A message lives two days at most.");
        }

        synchronized (queueLock) {
            release(now);
            if (waiting.size() + unacknowledged.size() >= rules.capacity()) {
                throw new ServiceException(ServiceError.QUEUE_DEPTH_EXCEEDED, "The queue of [%s] is full.".formatted(deviceId));
            }

            final Instant expiry = message.expiry() == null ? now.plus(rules.timeToLive()) : message.expiry();
            lastSequence++;
            final QueuedMessage queued = new QueuedMessage(deviceId, lastSequence, message, now, expiry);
            waiting.put(lastSequence, queued);
            expectLimit(expiry);
            observer.accept(queued);
            pump(now);
            return queued.sequence();
        }
    }

    /** The device has connected; what its stored subscription asks for is sent at once. */
    void attach(final DeviceLink newLink, final boolean cleanSession) {
        synchronized (queueLock) {
            unlockAll();
            link = newLink;
            if (cleanSession) {
                lastBeforeSubscription = Long.MAX_VALUE;
                if (rules.isOn(HubSwitch.CLEAN_SESSION_PURGES_QUEUE)) {
                    purge();
                }
            }

            sweep();
        }
    }

    /** The device has subscribed. */
    void subscribed() {
        synchronized (queueLock) {
            if (lastBeforeSubscription == Long.MAX_VALUE) {
                lastBeforeSubscription = lastSequence;
            }

            sweep();
        }
    }

    /** The connection has ended: what was not acknowledged waits again. */
    void detach(final DeviceLink oldLink) {
        synchronized (queueLock) {
            if (oldLink.equals(link)) {
                unlockAll();
                link = null;
            }
        }
    }

    /** The device has sent a PUBACK. */
    void acknowledge(final int packetId) {
        synchronized (queueLock) {
            final Instant now = clock.instant();
            release(now);
            final QueuedMessage message = unacknowledged.get(packetId);
            if (message == null) {
                acknowledgeUnknown(packetId);
            } else if (message.isPassedOver()) {
                LOGGER.log(Level.INFO, "[{0}] PUBACK {1} after that of a later message, no effect", deviceId, packetId);
            } else if (message == unacknowledged.values().iterator().next() || passOverThoseBefore(message)) {
                unacknowledged.remove(packetId);
                finish(message, MessageOutcome.SUCCESS, now);
            }

            pump(now);
        }
    }

    /** Ends locks and lives that have run out. */
    void sweep() {
        synchronized (queueLock) {
            final Instant now = clock.instant();
            release(now);
            pump(now);
        }
    }

    /** Removes all messages; returns how many there were. */
    int purge() {
        synchronized (queueLock) {
            final Instant now = clock.instant();
            final List<QueuedMessage> purged = all().toList();
            lapsed.addAll(unacknowledged.keySet());
            unacknowledged.clear();
            waiting.clear();
            purged.forEach(message -> finish(message, MessageOutcome.PURGED, now));
            return purged.size();
        }
    }

    /** The messages that have not ended, those that the device has first. */
    List<MessageTrace> traces() {
        synchronized (queueLock) {
            release(clock.instant());
            return all().map(QueuedMessage::trace).toList();
        }
    }

    private void pump(final Instant now) {
        final OptionalInt qos = link == null ? OptionalInt.empty() : link.qos();
        if (qos.isEmpty()) {
            return;
        }

        final boolean withhold = rules.isOn(HubSwitch.EARLIER_MESSAGES_WITHHELD);
        final Iterator<QueuedMessage> messages = waiting.values().iterator();
        while (messages.hasNext() && unacknowledged.size() < rules.window() && link.isReady()) {
            final QueuedMessage message = messages.next();
            if (message.isExpired(now)) {
                messages.remove();
                finish(message, MessageOutcome.EXPIRED, now);
            } else if (!withhold || message.sequence() > lastBeforeSubscription) {
                messages.remove();
                send(message, qos.getAsInt(), now);
            }
        }
    }

    private void send(final QueuedMessage message, final int qos, final Instant now) {
        final String topic = DeliveryTopic.of(deviceId, message.message());
        if (qos == 0) {
            message.deliver(0, now);
            link.send(topic, message.message().body(), 0, 0, false);
            finish(message, MessageOutcome.SUCCESS, now);
        } else {
            final boolean again = rules.isOn(HubSwitch.REDELIVERY_KEEPS_PACKET_ID) && lapsed.remove(message.packetId());
            final int packetId = again ? message.packetId() : nextPacketId();
            final Instant lockEnd = now.plus(rules.lock());
            message.deliver(packetId, lockEnd);
            expectLimit(lockEnd);
            unacknowledged.put(packetId, message);
            link.send(topic, message.message().body(), qos, packetId, again);
            observer.accept(message);
        }
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId == HIGHEST_PACKET_ID ? 1 : lastPacketId + 1;
        } while (unacknowledged.containsKey(lastPacketId));
        lapsed.remove(lastPacketId);
        return lastPacketId;
    }

    private void acknowledgeUnknown(final int packetId) {
        if (lapsed.contains(packetId)) {
            LOGGER.log(Level.INFO, "[{0}] PUBACK {1} after the lock was gone", deviceId, packetId);
        } else if (link != null && rules.isOn(HubSwitch.UNKNOWN_PUBACK_CLOSES)) {
            link.close(44, "PUBACK for the unknown packet id %d".formatted(packetId));
        } else {
            LOGGER.log(Level.INFO, "[{0}] PUBACK for the unknown packet id {1}", deviceId, packetId);
        }
    }

    /** A PUBACK that overtakes others: they stay locked and come again, or the connection ends. */
    private boolean passOverThoseBefore(final QueuedMessage message) {
        if (rules.isOn(HubSwitch.OUT_OF_ORDER_PUBACK_CLOSES)) {
            link.close(45, "PUBACK out of order");
            return false;
        }

        for (final QueuedMessage earlier : unacknowledged.values()) {
            if (earlier == message) {
                break;
            }

            earlier.passOver();
        }

        return true;
    }

    private void release(final Instant now) {
        if (now.isBefore(nextLimit)) {
            return;
        }

        final List<QueuedMessage> unlocked = unacknowledged.values().stream().filter(message -> !message.isLocked(now)).toList();
        for (final QueuedMessage message : unlocked) {
            LOGGER.log(Level.INFO, "[{0}] the lock of message {1} is gone", deviceId, message.sequence());
            unacknowledged.remove(message.packetId());
            lapsed.add(message.packetId());
            message.unlock();
            if (rules.isOn(HubSwitch.LOCK_END_COUNTS_AS_DELIVERY) && message.deliveries() >= MOST_DELIVERIES) {
                finish(message, MessageOutcome.DELIVERY_COUNT_EXCEEDED, now);
            } else {
                waiting.put(message.sequence(), message);
            }
        }

        for (final QueuedMessage message : waiting.values().stream().filter(candidate -> candidate.isExpired(now)).toList()) {
            waiting.remove(message.sequence());
            finish(message, MessageOutcome.EXPIRED, now);
        }

        nextLimit = Instant.MAX;
        unacknowledged.values().forEach(message -> expectLimit(message.lockedUntil()));
        waiting.values().forEach(message -> expectLimit(message.expiry()));
    }

    /** With thousands of messages, looking for those whose time is up is only done when there can be one. */
    private void expectLimit(final Instant limit) {
        if (limit.isBefore(nextLimit)) {
            nextLimit = limit;
        }
    }

    private void unlockAll() {
        unacknowledged.values().forEach(message -> {
            message.unlock();
            waiting.put(message.sequence(), message);
            expectLimit(message.expiry());
        });
        unacknowledged.clear();
        lapsed.clear();
    }

    private void finish(final QueuedMessage message, final MessageOutcome outcome, final Instant now) {
        message.finish(outcome, now);
        observer.accept(message);
    }

    private Stream<QueuedMessage> all() {
        final List<QueuedMessage> messages = new ArrayList<>(unacknowledged.values());
        messages.addAll(waiting.values());
        return messages.stream();
    }
}
