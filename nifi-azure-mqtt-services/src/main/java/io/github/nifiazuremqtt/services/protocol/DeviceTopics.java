/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.MessageProperties;
import java.util.Optional;

/**
 * Topics of the messages of one device or module (contract sections 3.1 and 4.1). Ids stand in them as they are.
 */
public final class DeviceTopics {

    private final String telemetryPrefix;

    private final String messagesPrefix;

    private DeviceTopics(final String identityPrefix) {
        telemetryPrefix = identityPrefix + "/messages/events/";
        messagesPrefix = identityPrefix + "/messages/devicebound/";
    }

    public static DeviceTopics of(final DeviceIdentity identity) {
        final String device = "devices/" + identity.deviceId();
        return new DeviceTopics(identity.module().map(module -> device + "/modules/" + module).orElse(device));
    }

    /**
     * @return topic to publish a device-to-cloud message to
     * @throws WireFormatException if a name or value has no UTF-8 form
     */
    public String telemetry(final MessageProperties properties) {
        final StringBuilder topic = new StringBuilder(telemetryPrefix.length() + 192).append(telemetryPrefix);
        PropertyBag.append(topic, properties);
        return topic.toString();
    }

    /**
     * @return filter to subscribe to for cloud-to-device messages
     */
    public String messagesFilter() {
        return messagesPrefix + "#";
    }

    /**
     * @return properties of the cloud-to-device message that came on this topic; empty if the topic is not that of such a message
     */
    public Optional<MessageProperties> parseMessage(final String topic) {
        return topic.startsWith(messagesPrefix) ? Optional.of(PropertyBag.decode(topic.substring(messagesPrefix.length()))) : Optional.empty();
    }
}
