/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What arrives from the hub for one device or for all devices open on this node, kept in a bounded inbox in arrival order until it is taken.
 *
 * @param <T> what is received
 */
public interface Receiver<T> extends AutoCloseable {

    /**
     * Takes what has arrived.
     *
     * @param maximum largest number to take
     * @param wait    longest time to wait for the first; zero does not wait
     * @return in arrival order; empty if nothing came
     */
    List<T> poll(int maximum, Duration wait) throws InterruptedException;

    /**
     * Confirms that everything up to and including this one, in arrival order of its device, is safe with the caller. For a cloud-to-device message this is
     * what removes it from the hub. Confirming what came on a connection that is gone has no effect: the hub sends it again. May be called from any thread.
     */
    void acknowledge(T received);

    /**
     * Puts back what was taken and not acknowledged, so that the next poll returns it again, in the same order.
     */
    void putBack(List<T> taken);

    /**
     * @return devices of which nothing can arrive at the moment, because they have no connection, each with the reason; empty if all is well
     */
    Map<DeviceIdentity, IoTHubException> getOutages();

    /**
     * Ends the receiver and its leases. Messages that were not acknowledged are sent again by the hub to whoever receives next. Closing twice does nothing.
     */
    @Override
    void close();
}
