/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Cloud-to-device messages of one or many devices, until they are acknowledged. A hub keeps at most 50 for a device, and each is here once; none is ever
 * dropped here, because one that is not acknowledged would hold back all later ones.
 */
final class MessageInbox implements Receiver<ReceivedMessage> {

    private final ReceivedItems<ReceivedMessage> items = new ReceivedItems<>();

    private final Object receiptsLock = new Object();

    /** By session, because an acknowledgment has an effect on the connection only on which the message came. */
    private final Map<SessionSource, TreeMap<Long, HeldMessage>> unacknowledged = new HashMap<>();

    private final Map<Long, SessionSource> sources = new HashMap<>();

    /** Given out, and neither acknowledged nor put back. */
    private final Set<Long> taken = new HashSet<>();

    /** Sessions that are about to be left, with what to do when nothing of them is taken any more. */
    private final Map<SessionSource, Runnable> held = new HashMap<>();

    private final Consumer<MessageInbox> release;

    private final Supplier<Map<DeviceIdentity, IoTHubException>> outages;

    private final AtomicBoolean closed = new AtomicBoolean();

    private long lastReceipt;

    /**
     * @param release gives back what the receiver holds
     * @param outages looks which devices have no connection
     */
    MessageInbox(final Consumer<MessageInbox> release, final Supplier<Map<DeviceIdentity, IoTHubException>> outages) {
        this.release = release;
        this.outages = outages;
    }

    void received(final HeldMessage message) {
        synchronized (receiptsLock) {
            if (!closed.get()) {
                lastReceipt++;
                unacknowledged.computeIfAbsent(message.source(), key -> new TreeMap<>()).put(lastReceipt, message);
                sources.put(lastReceipt, message.source());
                items.add(message.toReceived(lastReceipt));
                return;
            }
        }
        // It was on its way here when the receiver was closed, and would hold back all later ones.
        message.source().replace();
    }

    /**
     * The connection is gone: the hub sends again what was not acknowledged on it.
     */
    void ended(final SessionSource source) {
        final Set<Long> receipts;
        synchronized (receiptsLock) {
            held.remove(source);
            final Map<Long, HeldMessage> gone = unacknowledged.remove(source);
            if (gone == null) {
                return;
            }
            receipts = new HashSet<>(gone.keySet());
            sources.keySet().removeAll(receipts);
            taken.removeAll(receipts);
        }
        items.removeIf(message -> receipts.contains(message.receiptId()));
    }

    @Override
    public List<ReceivedMessage> poll(final int maximum, final Duration wait) throws InterruptedException {
        final List<ReceivedMessage> polled = items.poll(maximum, wait);
        synchronized (receiptsLock) {
            final List<ReceivedMessage> given = polled.stream().filter(message -> isGivenOut(message.receiptId())).toList();
            given.forEach(message -> taken.add(message.receiptId()));
            return given;
        }
    }

    private boolean isGivenOut(final long receiptId) {
        final SessionSource source = sources.get(receiptId);
        return source != null && !held.containsKey(source);
    }

    /**
     * Gives out no more of a session: the hub sends again on the next what is not acknowledged on this one.
     *
     * @param whenDrained run once when everything that was given out is acknowledged or put back, at once if it is; must not do its work on the calling
     *                    thread
     */
    void hold(final SessionSource source, final Runnable whenDrained) {
        synchronized (receiptsLock) {
            held.put(source, whenDrained);
            runIfDrained(source);
        }
    }

    private void runIfDrained(final SessionSource source) {
        final Map<Long, HeldMessage> open = unacknowledged.getOrDefault(source, new TreeMap<>());
        if (held.containsKey(source) && taken.stream().noneMatch(open::containsKey)) {
            held.put(source, () -> { }).run();
        }
    }

    @Override
    public void acknowledge(final ReceivedMessage received) {
        final List<HeldMessage> safe;
        final SessionSource from;
        synchronized (receiptsLock) {
            final SessionSource source = sources.get(received.receiptId());
            if (source == null) {
                return;
            }
            final Map<Long, HeldMessage> upTo = unacknowledged.get(source).headMap(received.receiptId(), true);
            safe = List.copyOf(upTo.values());
            sources.keySet().removeAll(upTo.keySet());
            taken.removeAll(upTo.keySet());
            upTo.clear();
            from = source;
        }
        safe.forEach(HeldMessage::acknowledge);
        synchronized (receiptsLock) {
            runIfDrained(from);
        }
    }

    @Override
    public void putBack(final List<ReceivedMessage> untouched) {
        synchronized (receiptsLock) {
            untouched.forEach(message -> taken.remove(message.receiptId()));
            items.putBack(untouched.stream().filter(message -> isGivenOut(message.receiptId())).toList());
            List.copyOf(held.keySet()).forEach(this::runIfDrained);
        }
    }

    @Override
    public Map<DeviceIdentity, IoTHubException> getOutages() {
        return outages.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }

        items.close();
        release.accept(this);
        final List<SessionSource> withRest;
        synchronized (receiptsLock) {
            withRest = unacknowledged.entrySet().stream().filter(entry -> !entry.getValue().isEmpty()).map(Map.Entry::getKey).toList();
            unacknowledged.clear();
            sources.clear();
            taken.clear();
            List.copyOf(held.keySet()).forEach(this::runIfDrained);
            held.clear();
        }
        // One message that is never acknowledged holds back all later ones of its connection.
        withRest.forEach(SessionSource::replace);
    }
}
