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
 * @param identity    device that it was sent to
 * @param hostName    host name of the hub
 * @param endpointUri where it arrived, for provenance; see {@link DeviceConnection#getEndpointUri()}
 * @param receiptId   names this receipt within its receiver; the same message has another one when it comes again on another connection
 * @param received    when it arrived first
 * @param body        body; must not be changed
 * @param properties  properties
 */
public record ReceivedMessage(DeviceIdentity identity, String hostName, String endpointUri, long receiptId, Instant received, byte[] body,
                              MessageProperties properties) {

    public ReceivedMessage {
        Objects.requireNonNull(identity, "Identity required");
        Objects.requireNonNull(endpointUri, "Endpoint URI required");
        Objects.requireNonNull(body, "Body required");
        Objects.requireNonNull(properties, "Properties required");
    }

    @Override
    public String toString() {
        return "ReceivedMessage[identity=%s, receiptId=%d, body=%d bytes]".formatted(identity, receiptId, body.length);
    }
}
