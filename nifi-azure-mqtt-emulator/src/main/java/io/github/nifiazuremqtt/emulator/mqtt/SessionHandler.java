/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Serves one connection after its CONNACK. All methods but {@link #check} are called on the event loop of the connection and must not block. */
public interface SessionHandler {

    /** The CONNACK has been written: what is written now follows it. */
    void connected();

    void publish(InboundPublish publish);

    /** Answers with {@link MqttConnection#subscribed} or closes. The list is not empty. */
    void subscribe(int packetId, List<TopicRequest> requests);

    /** Answers with {@link MqttConnection#unsubscribed} or closes. The list is not empty. */
    void unsubscribe(int packetId, List<String> filters);

    /** The client has acknowledged a message that was sent with quality of service 1. */
    void acknowledged(int packetId);

    /** The connection has ended; called once, whether or not it was connected. */
    void ended(boolean orderly);

    /** Whether the connection has to end by now; called now and then on another thread. */
    Optional<Refusal> check(Instant now);
}
