/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.SystemProperty;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import java.time.Instant;
import java.util.Arrays;

/**
 * A cloud-to-device message on its session, however often the hub sends it there. Changed only by {@link UnacknowledgedMessages}.
 */
final class HeldMessage {

    private final SessionSource source;

    private final DeviceIdentity identity;

    private final Content content;

    private final Instant received;

    private final UnacknowledgedMessages messages;

    /** The one whose acknowledgment counts: with the lock of an earlier copy its acknowledgment has lost its effect. */
    private IncomingMessage newest;

    private long newestNanos;

    private boolean repeated;

    private boolean acknowledged;

    HeldMessage(final UnacknowledgedMessages messages, final SessionSource source, final DeviceIdentity identity, final Content content) {
        this.messages = messages;
        this.source = source;
        this.identity = identity;
        this.content = content;
        this.received = source.now();
    }

    void arrived(final IncomingMessage copy, final long nanos) {
        repeated = newest != null;
        newest = copy;
        newestNanos = nanos;
    }

    void markAcknowledged() {
        acknowledged = true;
    }

    SessionSource source() {
        return source;
    }

    Content content() {
        return content;
    }

    IncomingMessage newest() {
        return newest;
    }

    long newestNanos() {
        return newestNanos;
    }

    /**
     * @return true if the hub has sent it more than once
     */
    boolean isRepeated() {
        return repeated;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    /** Removes it from the hub. */
    void acknowledge() {
        messages.acknowledge(this);
    }

    ReceivedMessage toReceived(final long receiptId) {
        return new ReceivedMessage(identity, source.hostName(), source.endpointUri(), receiptId, received, content.body(), content.properties());
    }

    /**
     * All that the wire shows of a message. IoT Hub keeps a sequence number and does not send it over MQTT.
     */
    record Content(MessageProperties properties, byte[] body) {

        /**
         * @return true if its sender gave it a name
         */
        boolean isNamed() {
            return properties.find(SystemProperty.MESSAGE_ID).filter(id -> !id.isEmpty()).isPresent();
        }

        @Override
        public boolean equals(final Object other) {
            return other instanceof Content content && properties.equals(content.properties) && Arrays.equals(body, content.body);
        }

        @Override
        public int hashCode() {
            return 31 * properties.hashCode() + Arrays.hashCode(body);
        }

        @Override
        public String toString() {
            return "Content[body=%d bytes]".formatted(body.length);
        }
    }
}
