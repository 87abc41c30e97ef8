/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.message;

import io.github.nifiazuremqtt.emulator.sas.PercentCoding;
import io.github.nifiazuremqtt.emulator.telemetry.SystemPropertyName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The topic under which a device gets a message: all properties are in it. */
final class DeliveryTopic {

    private DeliveryTopic() {
    }

    static String filter(final String deviceId) {
        return start(deviceId) + "#";
    }

    static String of(final String deviceId, final CloudMessage message) {
        final List<String> parts = new ArrayList<>();
        message.systemProperties().forEach((name, value) -> parts.add(part(name.wireKey(), value)));
        parts.add(part(SystemPropertyName.TO.wireKey(), "/devices/" + deviceId + "/messages/deviceBound"));
        if (message.expiry() != null) {
            parts.add(part(SystemPropertyName.EXPIRY_TIME.wireKey(), message.expiry().toString()));
        }

        if (message.feedback() != FeedbackRequest.NONE) {
            parts.add(part(SystemPropertyName.ACKNOWLEDGEMENT.wireKey(), message.feedback().wireName()));
        }

        for (final Map.Entry<String, String> property : message.applicationProperties().entrySet()) {
            parts.add(part(property.getKey(), property.getValue()));
        }

        return start(deviceId) + String.join("&", parts);
    }

    private static String start(final String deviceId) {
        return "devices/" + deviceId + "/messages/devicebound/";
    }

    private static String part(final String key, final String value) {
        return value == null ? PercentCoding.encode(key) : PercentCoding.encode(key) + "=" + PercentCoding.encode(value);
    }
}
