/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Says in time, and no more often than needed, that something a person configured is about to end.
 */
public final class ExpirationWatch {

    private static final List<Duration> NOTICES = List.of(Duration.ofDays(7), Duration.ofDays(1), Duration.ofHours(1));

    private final String subject;

    private final Instant expiration;

    private final Clock clock;

    private final Consumer<String> warning;

    /**
     * @param subject what ends, as the beginning of a sentence
     * @param warning takes the sentence
     */
    public ExpirationWatch(final String subject, final Instant expiration, final Clock clock, final Consumer<String> warning) {
        this.subject = subject;
        this.expiration = expiration;
        this.clock = clock;
        this.warning = warning;
    }

    /**
     * Speaks now if the end is near or over, and plans what is to be said later; a shut down scheduler ends it.
     */
    public void start(final ScheduledExecutorService scheduler) {
        final Instant now = clock.instant();
        if (!now.isBefore(expiration.minus(NOTICES.getFirst()))) {
            speak();
        }

        NOTICES.stream().map(expiration::minus).filter(now::isBefore).forEach(notice -> plan(scheduler, now, notice));
        if (now.isBefore(expiration)) {
            plan(scheduler, now, expiration);
        }
    }

    private void plan(final ScheduledExecutorService scheduler, final Instant now, final Instant moment) {
        scheduler.schedule(this::speak, Duration.between(now, moment).toMillis() + 1, TimeUnit.MILLISECONDS);
    }

    private void speak() {
        if (clock.instant().isBefore(expiration)) {
            warning.accept("%s ends at %s: bring a new one before".formatted(subject, expiration));
        } else {
            warning.accept("%s ended at %s: connections are refused until a new one is set".formatted(subject, expiration));
        }
    }
}
