/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.services.protocol.DeviceTopics;
import io.github.nifiazuremqtt.services.protocol.MethodTopics;
import io.github.nifiazuremqtt.services.protocol.TwinTopics;

/**
 * What a device can subscribe to. IoT Hub allows five subscriptions and closes the connection on any other topic.
 */
enum SubscriptionKind {
    MESSAGES,
    TWIN_RESPONSES,
    DESIRED_PROPERTIES,
    METHODS;

    String filter(final DeviceTopics topics) {
        return switch (this) {
            case MESSAGES -> topics.messagesFilter();
            case TWIN_RESPONSES -> TwinTopics.RESPONSES_FILTER;
            case DESIRED_PROPERTIES -> TwinTopics.DESIRED_FILTER;
            case METHODS -> MethodTopics.REQUESTS_FILTER;
        };
    }
}
