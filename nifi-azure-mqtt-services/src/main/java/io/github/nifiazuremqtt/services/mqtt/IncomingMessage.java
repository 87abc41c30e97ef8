/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

/**
 * A message as a server sent it. It stays in the memory of its session until it is acknowledged or the session ends, and a server sends only so many that are
 * not acknowledged: that is what bounds them.
 *
 * @param topic           topic
 * @param payload         payload, never null; must not be changed
 * @param acknowledgement sends PUBACK, once all earlier messages are acknowledged too; without effect for QoS 0 and after the end of the session
 */
public record IncomingMessage(String topic, byte[] payload, Runnable acknowledgement) {

    /**
     * @param then run after each acknowledgment
     */
    public IncomingMessage whenAcknowledged(final Runnable then) {
        return new IncomingMessage(topic, payload, () -> {
            acknowledge();
            then.run();
        });
    }

    public void acknowledge() {
        acknowledgement.run();
    }

    @Override
    public String toString() {
        return "IncomingMessage[payload=%d bytes]".formatted(payload.length);
    }
}
