/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

/**
 * Makes sessions and owns the threads that they share, whose number does not grow with the sessions.
 */
public interface MqttSessionFactory extends AutoCloseable {

    /**
     * Makes a session that is not connected yet.
     */
    MqttSession create(ConnectSettings settings, MqttSessionListener listener);

    /**
     * Ends what is still open and waits until no thread and no socket is left.
     */
    @Override
    void close();
}
