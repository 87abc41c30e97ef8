/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A cloud-to-device message that waits for its acknowledgement.
 *
 * @param identity   device or module that it was sent to
 * @param hostName   host name of the hub
 * @param receiptId  names this receipt within its receiver; the same message has another one when the hub sends it again
 * @param received   when it arrived
 * @param duplicate  DUP flag of the PUBLISH packet; a repeat need not have it
 * @param body       body; must not be changed
 * @param properties properties
 */
public record ReceivedMessage(DeviceIdentity identity, String hostName, long receiptId, Instant received, boolean duplicate, byte[] body,
                              MessageProperties properties) {

    public ReceivedMessage {
        Objects.requireNonNull(identity, "Identity required");
        Objects.requireNonNull(body, "Body required");
        Objects.requireNonNull(properties, "Properties required");
    }

    @Override
    public String toString() {
        return "ReceivedMessage[identity=%s, receiptId=%d, body=%d bytes]".formatted(identity, receiptId, body.length);
    }
}
