/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Objects;

/**
 * A device-to-cloud message. The body is not copied: who hands it over must not change it afterwards.
 *
 * @param deliveryId       names this message over all attempts to send it, so that one that the hub refuses by closing the connection can be told from its
 *                         neighbours; unique among the messages of a device, never sent. For a FlowFile, its UUID.
 * @param body             body, may be empty
 * @param properties       properties
 * @param qualityOfService quality of service
 */
public record DeviceMessage(String deliveryId, byte[] body, MessageProperties properties, QualityOfService qualityOfService) {

    /**
     * Largest message that IoT Hub takes, in bytes: body, values of system properties, names and values of application properties (contract section 3.4).
     */
    public static final int MAXIMUM_SIZE = 262_144;

    public DeviceMessage {
        Objects.requireNonNull(deliveryId, "Delivery ID required");
        Objects.requireNonNull(body, "Body required");
        Objects.requireNonNull(properties, "Properties required");
        Objects.requireNonNull(qualityOfService, "Quality of Service required");
    }

    @Override
    public String toString() {
        return "DeviceMessage[deliveryId=%s, body=%d bytes]".formatted(deliveryId, body.length);
    }
}
