/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What was given to a session and has no outcome yet, in the order given. The library forgets pending messages without a word when a connection with a
 * persistent session drops, so that whoever waits for them is told from here.
 */
final class PendingDeliveries {

    private final Set<MqttSession.Delivery> deliveries = new LinkedHashSet<>();

    private boolean ended;

    /**
     * @return false if the session has ended
     */
    synchronized boolean add(final MqttSession.Delivery delivery) {
        if (ended) {
            return false;
        }

        deliveries.add(delivery);
        return true;
    }

    /**
     * @return true for the caller that may report the outcome
     */
    synchronized boolean remove(final MqttSession.Delivery delivery) {
        return deliveries.remove(delivery);
    }

    /**
     * @return what was pending, for the caller that ends the session; later callers get nothing
     */
    synchronized List<MqttSession.Delivery> end() {
        ended = true;
        final List<MqttSession.Delivery> pending = List.copyOf(deliveries);
        deliveries.clear();
        return pending;
    }
}
