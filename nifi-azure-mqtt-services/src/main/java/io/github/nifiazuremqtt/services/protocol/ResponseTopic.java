/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Topic of an answer to a request of the device: {@code <prefix>{status}/?$rid={rid}&...} with its parameters in any order (contract sections 5.1 and 8.2).
 *
 * @param status     status, for example 204
 * @param requestId  {@code $rid} as it was sent in the request
 * @param version    {@code $version}
 * @param retryAfter {@code retry-after}: how long the service asks to wait, or null
 */
public record ResponseTopic(int status, String requestId, OptionalLong version, Duration retryAfter) {

    public Optional<Duration> findRetryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    static Optional<ResponseTopic> parse(final String prefix, final String topic) {
        if (!topic.startsWith(prefix)) {
            return Optional.empty();
        }

        final int statusEnd = topic.indexOf('/', prefix.length());
        final OptionalLong status = TopicQuery.parseNumber(topic.substring(prefix.length(), statusEnd < 0 ? topic.length() : statusEnd));
        final TopicQuery query = TopicQuery.of(topic);
        final Optional<String> requestId = query.find("$rid");
        if (status.isEmpty() || status.getAsLong() > 999 || requestId.isEmpty()) {
            return Optional.empty();
        }

        final OptionalLong seconds = query.findNumber("retry-after");
        return Optional.of(new ResponseTopic((int) status.getAsLong(), requestId.get(), query.findNumber("$version"),
                seconds.isPresent() && seconds.getAsLong() <= Integer.MAX_VALUE ? Duration.ofSeconds(seconds.getAsLong()) : null));
    }
}
