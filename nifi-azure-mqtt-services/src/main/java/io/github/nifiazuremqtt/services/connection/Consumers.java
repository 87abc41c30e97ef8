/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;

/**
 * All consumers of a service.
 *
 * @param messages who receives cloud-to-device messages: one for a device, because an acknowledgment removes the message
 * @param desired  who receives desired properties
 * @param methods  who receives direct methods: one for a device, because a method has one answer
 */
record Consumers(ConsumerClaims<MessageInbox> messages, ConsumerClaims<DesiredInbox> desired, ConsumerClaims<MethodInbox> methods) {

    Consumers() {
        this(new ConsumerClaims<>(true), new ConsumerClaims<>(false), new ConsumerClaims<>(true));
    }

    /**
     * @return true if anybody receives anything of this identity
     */
    boolean wants(final DeviceIdentity identity) {
        return !messages.find(identity).isEmpty() || !desired.find(identity).isEmpty() || !methods.find(identity).isEmpty();
    }
}
