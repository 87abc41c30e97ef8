/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The identity registry of a hub. */
public final class DeviceRegistry {

    private final Map<IdentityKey, RegisteredIdentity> identities = new ConcurrentHashMap<>();
    private final List<Consumer<IdentityKey>> lossListeners = new CopyOnWriteArrayList<>();
    private final AtomicLong versions = new AtomicLong(System.currentTimeMillis());
    private final Clock clock;

    DeviceRegistry(final Clock clock) {
        this.clock = clock;
    }

    /** Registers an identity or replaces one, whose details stay; modules need their device. */
    public RegisteredIdentity put(final IdentityKey key, final boolean enabled, final Authentication authentication) {
        return put(key, enabled, authentication, find(key).map(RegisteredIdentity::details).orElse(IdentityDetails.NONE));
    }

    /** Registers an identity or replaces one; modules need their device. */
    public RegisteredIdentity put(final IdentityKey key, final boolean enabled, final Authentication authentication, final IdentityDetails details) {
        if (key.isModule() && !identities.containsKey(IdentityKey.device(key.deviceId()))) {
            throw new IllegalArgumentException("There is no device [%s]".formatted(key.deviceId()));
        }

        final RegisteredIdentity stored = identities.compute(key, (same, before) -> {
            final String version = Long.toString(versions.incrementAndGet());
            return new RegisteredIdentity(key, enabled, authentication, details, statusUpdated(before, enabled),
                    before == null ? version : before.generationId(), version);
        });
        if (!enabled) {
            lossListeners.forEach(listener -> listener.accept(key));
        }

        return stored;
    }

    /** Registers an enabled device with new keys. */
    public RegisteredIdentity addDevice(final String deviceId) {
        return put(IdentityKey.device(deviceId), true, Authentication.newKeys());
    }

    /** Registers an enabled module with new keys. */
    public RegisteredIdentity addModule(final String deviceId, final String moduleId) {
        return put(IdentityKey.module(deviceId, moduleId), true, Authentication.newKeys());
    }

    /** Enables or disables an identity; a disabled one loses its connection. */
    public void setEnabled(final IdentityKey key, final boolean enabled) {
        put(key, enabled, required(key).authentication());
    }

    /** Gives an identity other credentials; an open connection stays. */
    public void setAuthentication(final IdentityKey key, final Authentication authentication) {
        put(key, required(key).enabled(), authentication);
    }

    /** Removes an identity and, with a device, its modules; false if there was none. They lose their connections. */
    public boolean remove(final IdentityKey key) {
        final boolean removed = identities.remove(key) != null;
        if (removed && !key.isModule()) {
            modules(key.deviceId()).forEach(module -> remove(module.key()));
        }

        lossListeners.forEach(listener -> listener.accept(key));
        return removed;
    }

    public Optional<RegisteredIdentity> find(final IdentityKey key) {
        return Optional.ofNullable(identities.get(key));
    }

    public List<RegisteredIdentity> devices() {
        return identities.values().stream()
                .filter(identity -> !identity.key().isModule())
                .sorted(Comparator.comparing(identity -> identity.key().deviceId()))
                .toList();
    }

    public List<RegisteredIdentity> modules(final String deviceId) {
        return identities.values().stream()
                .filter(identity -> identity.key().isModule() && identity.key().deviceId().equals(deviceId))
                .sorted(Comparator.comparing(identity -> identity.key().moduleId()))
                .toList();
    }

    /** Calls the listener when an identity is removed or disabled. */
    void onLoss(final Consumer<IdentityKey> listener) {
        lossListeners.add(listener);
    }

    void clear() {
        identities.clear();
    }

    private Optional<Instant> statusUpdated(final RegisteredIdentity before, final boolean enabled) {
        if (before == null) {
            return Optional.empty();
        }

        return before.enabled() == enabled ? before.statusUpdated() : Optional.of(clock.instant());
    }

    private RegisteredIdentity required(final IdentityKey key) {
        return find(key).orElseThrow(() -> new IllegalArgumentException("[%s] is not registered".formatted(key)));
    }
}
