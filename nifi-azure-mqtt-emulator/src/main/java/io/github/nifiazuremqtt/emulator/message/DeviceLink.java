/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import java.util.OptionalInt;

/** The connection over which a queue reaches its device. */
interface DeviceLink {

    /** Quality of service of the subscription, empty if there is none. */
    OptionalInt qos();

    /** Whether more can be sent now. */
    boolean isReady();

    void send(String topic, byte[] body, int qos, int packetId, boolean duplicate);

    void close(int row, String reason);
}
