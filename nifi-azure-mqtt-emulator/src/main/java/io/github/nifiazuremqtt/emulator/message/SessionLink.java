/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.hub.DeviceSession;
import java.util.OptionalInt;

/**
 * The link to a device that is connected.
 *
 * @param session its session
 */
record SessionLink(DeviceSession session) implements DeviceLink {

    @Override
    public OptionalInt qos() {
        return session.subscription(DeliveryTopic.filter(session.key().deviceId()));
    }

    @Override
    public boolean isReady() {
        return session.connection().isConnected() && session.connection().isWritable();
    }

    @Override
    public void send(final String topic, final byte[] body, final int qos, final int packetId, final boolean duplicate) {
        session.connection().publish(topic, body, qos, packetId, duplicate);
    }

    @Override
    public void close(final int row, final String reason) {
        session.close(row, reason);
    }
}
