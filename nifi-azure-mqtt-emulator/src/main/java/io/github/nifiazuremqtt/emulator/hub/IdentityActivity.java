/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** When devices and modules came, went and were last heard of. */
public final class IdentityActivity {

    private final Clock clock;
    private final Map<IdentityKey, Instant> changes = new ConcurrentHashMap<>();
    private final Map<IdentityKey, Instant> signsOfLife = new ConcurrentHashMap<>();

    IdentityActivity(final Clock clock) {
        this.clock = clock;
    }

    /** When an identity connected or its connection ended; empty if it never has. */
    public Optional<Instant> connectionStateUpdated(final IdentityKey key) {
        return Optional.ofNullable(changes.get(key));
    }

    /** When an identity connected or sent something; empty if it never has. */
    public Optional<Instant> lastActivity(final IdentityKey key) {
        return Optional.ofNullable(signsOfLife.get(key));
    }

    void connected(final IdentityKey key) {
        heardOf(key);
        changes.put(key, clock.instant());
    }

    void disconnected(final IdentityKey key) {
        changes.put(key, clock.instant());
    }

    void heardOf(final IdentityKey key) {
        signsOfLife.put(key, clock.instant());
    }

    void forget(final IdentityKey key) {
        changes.remove(key);
        signsOfLife.remove(key);
    }

    void clear() {
        changes.clear();
        signsOfLife.clear();
    }
}
