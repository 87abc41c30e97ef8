/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Direct methods of one or many devices that nobody has taken yet.
 */
final class MethodInbox implements Receiver<MethodRequest> {

    private final ReceivedItems<MethodRequest> items = new ReceivedItems<>();

    private final int capacity;

    private final Consumer<MethodInbox> release;

    private final Supplier<Map<DeviceIdentity, IoTHubException>> outages;

    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param release gives back what the receiver holds
     * @param outages looks which devices have no connection
     */
    MethodInbox(final int capacity, final Consumer<MethodInbox> release, final Supplier<Map<DeviceIdentity, IoTHubException>> outages) {
        this.capacity = capacity;
        this.release = release;
        this.outages = outages;
    }

    /**
     * @return false if there is no room
     */
    boolean received(final MethodRequest request) {
        return items.offer(request, capacity);
    }

    /** Nobody waits for the answers of this session any more. */
    void ended(final String session) {
        items.removeIf(request -> MethodExchanges.isOf(session, request.requestId()));
    }

    @Override
    public List<MethodRequest> poll(final int maximum, final Duration wait) throws InterruptedException {
        return items.poll(maximum, wait);
    }

    @Override
    public void acknowledge(final MethodRequest received) {
        // A method ends with its answer.
    }

    @Override
    public void putBack(final List<MethodRequest> taken) {
        items.putBack(taken);
    }

    @Override
    public Map<DeviceIdentity, IoTHubException> getOutages() {
        return outages.get();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            items.close();
            release.accept(this);
        }
    }
}
