/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.Receiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Inbox of one kind, with notes of everything that a processor does to it. One receiver may have it at a time.
 */
final class FakeReceiver<T> implements Receiver<T> {

    private final List<T> inbox = new ArrayList<>();

    private final List<T> acknowledged = new ArrayList<>();

    private final Map<DeviceIdentity, IoTHubException> outages = new HashMap<>();

    private DeviceSelection selection;

    private int capacity;

    private int opened;

    private Duration waited = Duration.ZERO;

    synchronized FakeReceiver<T> open(final DeviceSelection newSelection, final int newCapacity) {
        if (selection != null) {
            throw new IoTHubException(FailureCategory.LIMIT_REACHED, "Another receiver has it");
        }
        selection = newSelection;
        capacity = newCapacity;
        opened++;
        return this;
    }

    synchronized void arrive(final List<T> received) {
        inbox.addAll(received);
    }

    synchronized void setOutage(final DeviceIdentity identity, final IoTHubException reason) {
        outages.put(identity, reason);
    }

    synchronized List<T> getAcknowledged() {
        return List.copyOf(acknowledged);
    }

    synchronized List<T> getInbox() {
        return List.copyOf(inbox);
    }

    synchronized boolean isOpen() {
        return selection != null;
    }

    synchronized int countOpened() {
        return opened;
    }

    synchronized DeviceSelection getSelection() {
        return selection;
    }

    /**
     * @return time in which a thread was blocked because nothing had arrived
     */
    synchronized Duration getWaited() {
        return waited;
    }

    synchronized int getCapacity() {
        return capacity;
    }

    @Override
    public synchronized List<T> poll(final int maximum, final Duration wait) {
        waited = waited.plus(inbox.isEmpty() ? wait : Duration.ZERO);
        final List<T> head = inbox.subList(0, Math.min(maximum, inbox.size()));
        final List<T> taken = List.copyOf(head);
        head.clear();
        return taken;
    }

    @Override
    public synchronized void acknowledge(final T received) {
        acknowledged.add(received);
    }

    @Override
    public synchronized void putBack(final List<T> taken) {
        inbox.addAll(0, taken);
    }

    @Override
    public synchronized Map<DeviceIdentity, IoTHubException> getOutages() {
        return Map.copyOf(outages);
    }

    @Override
    public synchronized void close() {
        selection = null;
    }
}
