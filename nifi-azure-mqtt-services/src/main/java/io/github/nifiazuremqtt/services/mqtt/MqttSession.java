/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One MQTT 3.1.1 network connection, from CONNECT to its end. It is not used again: the next connection is a new session object, which is how what belongs to
 * an earlier connection (packet ids, acknowledgements, answers) can never reach a later one. Thread-safe; nothing here blocks.
 */
public interface MqttSession {

    /**
     * Connects. Called once.
     *
     * @return true if the server kept a session of this client. Fails with {@link MqttSessionException}.
     */
    CompletableFuture<Boolean> connect();

    /**
     * Sends a message after all that were given before.
     *
     * @param delivery told once what became of it, on a thread of the session or, if it cannot be sent, of the caller
     */
    void publish(String topic, byte[] payload, MqttQuality quality, Delivery delivery);

    /**
     * Subscribes to topic filters with quality of service 1.
     *
     * @return completes when the server has granted all. Fails with {@link MqttSessionException}.
     */
    CompletableFuture<Void> subscribe(List<String> topicFilters);

    /**
     * Ends the connection with DISCONNECT. What is not delivered fails at once, without a call of {@link MqttSessionListener#closed}.
     *
     * @return completes, always normally, when the socket is closed or after a short wait for that
     */
    CompletableFuture<Void> disconnect();

    /** What became of a published message. Exactly one of the methods is called, and must not block. */
    interface Delivery {

        /** The server has acknowledged the message (QoS 1), or it is written (QoS 0). */
        void delivered();

        /** The connection ended before, or the message cannot be sent. */
        void failed(MqttSessionException reason);
    }
}
