/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSession;
import java.util.ArrayList;
import java.util.List;

/**
 * An open session as publishers see it, and what it leaves behind: the messages that were on it when it ended, in the order in which they were sent, until it
 * is known what their failure means.
 */
final class OpenLine {

    private final MqttSession session;

    private final List<InFlightMessage> undelivered = new ArrayList<>();

    private final long openedNanos = System.nanoTime();

    private boolean settled;

    OpenLine(final MqttSession session) {
        this.session = session;
    }

    MqttSession session() {
        return session;
    }

    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    /**
     * @return false if the line was settled before: the message has nobody to judge it any more
     */
    synchronized boolean addUndelivered(final InFlightMessage message) {
        if (settled) {
            return false;
        }

        undelivered.add(message);
        return true;
    }

    /**
     * @return what was left behind; nothing for later callers
     */
    synchronized List<InFlightMessage> settle() {
        settled = true;
        final List<InFlightMessage> messages = List.copyOf(undelivered);
        undelivered.clear();
        return messages;
    }

    /** Fails what was left behind, all of it for the same reason. */
    void fail(final IoTHubException reason) {
        settle().forEach(message -> message.settle(reason));
    }
}
