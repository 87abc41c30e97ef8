/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts requests, so that a test can tell whether a device registers once or all the time. */
public final class ProvisioningCounters {

    private final Map<String, LongAdder> registrations = new ConcurrentHashMap<>();
    private final LongAdder polls = new LongAdder();
    private final LongAdder throttled = new LongAdder();
    private final LongAdder unauthorized = new LongAdder();

    /** Requests to register that have arrived from one registration id, whatever became of them. */
    public long registrations(final String registrationId) {
        final LongAdder count = registrations.get(registrationId.toLowerCase(Locale.ROOT));
        return count == null ? 0 : count.sum();
    }

    /** The same for each registration id, in lower case. */
    public Map<String, Long> registrationsById() {
        return registrations.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum(), Long::sum, TreeMap::new));
    }

    /** Requests to register of all devices. */
    public long registrations() {
        return registrations.values().stream().mapToLong(LongAdder::sum).sum();
    }

    public long polls() {
        return polls.sum();
    }

    /** Requests answered with 429 because of a limit. */
    public long throttled() {
        return throttled.sum();
    }

    /** Requests answered with 401. */
    public long unauthorized() {
        return unauthorized.sum();
    }

    void registerArrived(final String registrationId) {
        registrations.computeIfAbsent(registrationId.toLowerCase(Locale.ROOT), id -> new LongAdder()).increment();
    }

    void pollArrived() {
        polls.increment();
    }

    void refused(final int status) {
        if (status == 429) {
            throttled.increment();
        } else if (status == 401) {
            unauthorized.increment();
        }
    }

    void clear() {
        registrations.clear();
        polls.reset();
        throttled.reset();
        unauthorized.reset();
    }
}
