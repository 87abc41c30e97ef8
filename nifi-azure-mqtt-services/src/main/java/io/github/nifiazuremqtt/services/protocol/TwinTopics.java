/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Topics of the device twin (contract section 5.1); the same for devices and modules, the identity comes from the connection.
 */
public final class TwinTopics {

    /** Filter for the answers to requests. */
    public static final String RESPONSES_FILTER = "$iothub/twin/res/#";

    /** Filter for changes of the desired properties. */
    public static final String DESIRED_FILTER = "$iothub/twin/PATCH/properties/desired/#";

    private static final String RESPONSE_PREFIX = "$iothub/twin/res/";

    private static final String DESIRED_PREFIX = "$iothub/twin/PATCH/properties/desired/";

    private TwinTopics() {
    }

    public static String get(final String requestId) {
        return "$iothub/twin/GET/?$rid=" + requestId;
    }

    /**
     * @param expectedVersion version that the reported section must have, or empty
     */
    public static String patchReported(final String requestId, final OptionalLong expectedVersion) {
        final String topic = "$iothub/twin/PATCH/properties/reported/?$rid=" + requestId;
        return expectedVersion.isPresent() ? topic + "&$version=" + expectedVersion.getAsLong() : topic;
    }

    public static Optional<ResponseTopic> parseResponse(final String topic) {
        return ResponseTopic.parse(RESPONSE_PREFIX, topic);
    }

    /**
     * @return version of the desired section after the change; empty if the topic is not that of a change
     */
    public static OptionalLong parseDesired(final String topic) {
        return topic.startsWith(DESIRED_PREFIX) ? TopicQuery.of(topic).findNumber("$version") : OptionalLong.empty();
    }
}
