/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells in time that something a person brought is about to end, once for each step: seven days, one day and one hour before, and at the end.
 */
final class ExpirationNotices {

    private static final List<Duration> STEPS = List.of(Duration.ofDays(7), Duration.ofDays(1), Duration.ofHours(1), Duration.ZERO);

    private final Map<String, Notice> given = new ConcurrentHashMap<>();

    static boolean isNear(final Instant expiration, final Instant now) {
        return countSteps(expiration, now) > 0;
    }

    /**
     * @param subject what ends, as the beginning of a sentence
     * @return the sentence, if a step was reached since the last call
     */
    Optional<String> review(final String subject, final Instant expiration, final Instant now) {
        final Notice notice = new Notice(expiration, countSteps(expiration, now));
        if (notice.equals(given.put(subject, notice)) || notice.steps() == 0) {
            return Optional.empty();
        }

        return Optional.of(now.isBefore(expiration)
                ? "%s ends at %s: bring a new one before".formatted(subject, expiration)
                : "%s ended at %s: connections are refused until there is a new one".formatted(subject, expiration));
    }

    private static int countSteps(final Instant expiration, final Instant now) {
        return (int) STEPS.stream().filter(step -> !now.isBefore(expiration.minus(step))).count();
    }

    private record Notice(Instant expiration, int steps) {
    }
}
