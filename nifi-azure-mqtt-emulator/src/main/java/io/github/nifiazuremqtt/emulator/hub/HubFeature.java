/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.mqtt.InboundPublish;

/** One kind of traffic between a hub and its devices. All methods are called on the event loop of the connection and must not block. */
public interface HubFeature {

    /** Whether a PUBLISH to this topic is of this kind. The first feature that says so gets it. */
    boolean takes(DeviceSession session, String topic);

    /** Serves a PUBLISH that {@link #takes} has claimed: acknowledges it or closes the connection. */
    void publish(DeviceSession session, InboundPublish publish);

    /** The CONNACK is out. Stored subscriptions hold already. */
    default void connected(final DeviceSession session) {
    }

    /** The device has subscribed to a documented filter; the SUBACK is out. */
    default void subscribed(final DeviceSession session, final String filter) {
    }

    /** The device has acknowledged a message. The first feature that knows the packet id says true. */
    default boolean acknowledged(final DeviceSession session, final int packetId) {
        return false;
    }

    /** The connection has ended; {@code orderly} after DISCONNECT. */
    default void disconnected(final DeviceSession session, final boolean orderly) {
    }

    /** Forgets everything that was learned from devices. */
    default void reset() {
    }
}
