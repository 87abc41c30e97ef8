/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.util.Optional;

/**
 * Topics of direct methods (contract section 6).
 */
public final class MethodTopics {

    /** Filter for requests. */
    public static final String REQUESTS_FILTER = "$iothub/methods/POST/#";

    private static final String REQUEST_PREFIX = "$iothub/methods/POST/";

    private MethodTopics() {
    }

    /**
     * @return empty if the topic is not that of a request
     */
    public static Optional<MethodCall> parseRequest(final String topic) {
        final int query = topic.lastIndexOf("/?");
        if (!topic.startsWith(REQUEST_PREFIX) || query <= REQUEST_PREFIX.length()) {
            return Optional.empty();
        }

        final String methodName = topic.substring(REQUEST_PREFIX.length(), query);
        return TopicQuery.of(topic, query + 1).find("$rid").map(requestId -> new MethodCall(methodName, requestId));
    }

    public static String response(final int status, final String requestId) {
        return "$iothub/methods/res/" + status + "/?$rid=" + requestId;
    }

    /**
     * A direct method as its topic names it.
     *
     * @param methodName everything between {@code POST/} and {@code /?}
     * @param requestId  {@code $rid}, unique on one connection only, to be echoed as it is
     */
    public record MethodCall(String methodName, String requestId) {
    }
}
