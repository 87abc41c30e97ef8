/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Changes of desired properties of one or many devices that nobody has taken yet.
 */
final class DesiredInbox implements Receiver<DesiredPropertiesUpdate> {

    private final ReceivedItems<DesiredPropertiesUpdate> items = new ReceivedItems<>();

    private final int capacity;

    private final Consumer<DesiredInbox> release;

    private final Supplier<Map<DeviceIdentity, IoTHubException>> outages;

    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param release gives back what the receiver holds
     * @param outages looks which devices have no connection
     */
    DesiredInbox(final int capacity, final Consumer<DesiredInbox> release, final Supplier<Map<DeviceIdentity, IoTHubException>> outages) {
        this.capacity = capacity;
        this.release = release;
        this.outages = outages;
    }

    /**
     * A whole section replaces what waits of the same identity.
     *
     * @return false if there is no room: what waits of this identity is gone, the whole section has to be read again
     */
    boolean received(final DesiredPropertiesUpdate update) {
        if (update.complete()) {
            items.removeIf(waiting -> waiting.identity().equals(update.identity()));
            items.add(update);
            return true;
        }
        if (items.offer(update, capacity)) {
            return true;
        }

        items.removeIf(waiting -> waiting.identity().equals(update.identity()));
        return false;
    }

    @Override
    public List<DesiredPropertiesUpdate> poll(final int maximum, final Duration wait) throws InterruptedException {
        return items.poll(maximum, wait);
    }

    @Override
    public void acknowledge(final DesiredPropertiesUpdate received) {
        // The hub keeps the section; there is nothing to confirm.
    }

    @Override
    public void putBack(final List<DesiredPropertiesUpdate> taken) {
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
