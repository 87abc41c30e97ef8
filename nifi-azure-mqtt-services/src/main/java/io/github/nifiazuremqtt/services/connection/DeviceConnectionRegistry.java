/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connections of a service: one for each identity, opened with its first lease and closed some time after its last. An identity lives on one hub at a
 * time, so that hub and identity together name a connection just as the identity does.
 */
public final class DeviceConnectionRegistry implements AutoCloseable {

    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);

    private final Object registryLock = new Object();

    private final ConnectionContext context;

    private final Map<DeviceIdentity, Entry> entries = new HashMap<>();

    private boolean closed;

    DeviceConnectionRegistry(final ConnectionContext context) {
        this.context = context;
    }

    /**
     * Takes a lease; see {@link io.github.nifiazuremqtt.api.IoTHubConnectionService#acquire}.
     */
    public DeviceConnection acquire(final DeviceIdentity identity) {
        Entry evicted = null;
        final Entry entry;
        synchronized (registryLock) {
            if (closed) {
                throw new IoTHubException(FailureCategory.CLOSED, "The connection service is disabled");
            }

            final Entry known = entries.get(identity);
            if (known == null) {
                check(identity);
                evicted = makeRoom();
                entry = new Entry(new DeviceLink(identity, context));
                entries.put(identity, entry);
            } else {
                entry = known;
            }
            entry.leases++;
        }

        if (evicted != null) {
            evicted.link.close("idle, and its place is needed");
        }
        entry.link.open();
        return new DeviceLease(entry.link, () -> release(entry));
    }

    private void check(final DeviceIdentity identity) {
        final Optional<String> problem = IdentityRules.findProblem(identity);
        if (problem.isPresent()) {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, problem.get());
        }
        context.connector().checkCredentials(identity);
    }

    private Entry makeRoom() {
        final int maximum = context.settings().limits().connections();
        if (entries.size() < maximum) {
            return null;
        }

        final Entry longestIdle = entries.values().stream()
                .filter(entry -> entry.leases == 0)
                .min(Comparator.comparingLong(entry -> entry.idleSince))
                .orElseThrow(() -> new IoTHubException(FailureCategory.LIMIT_REACHED,
                        "All %d connections are in use; raise Maximum Connections or spread the devices over more nodes".formatted(maximum)));
        entries.remove(longestIdle.link.identity());
        return longestIdle;
    }

    private void release(final Entry entry) {
        synchronized (registryLock) {
            entry.leases--;
            if (entry.leases > 0 || closed) {
                return;
            }

            entry.idleSince = context.clock().instant().toEpochMilli();
            entry.idlePeriod++;
            final long period = entry.idlePeriod;
            context.timer().schedule(() -> closeIdle(entry, period), context.settings().limits().idleTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void closeIdle(final Entry entry, final long period) {
        synchronized (registryLock) {
            if (entry.leases > 0 || entry.idlePeriod != period || !entries.remove(entry.link.identity(), entry)) {
                return;
            }
        }
        entry.link.close("idle");
    }

    /**
     * Ends all connections and waits a moment for it.
     */
    @Override
    public void close() {
        final List<Entry> all;
        synchronized (registryLock) {
            closed = true;
            all = List.copyOf(entries.values());
            entries.clear();
        }

        final CompletableFuture<?>[] goodbyes = all.stream().map(entry -> entry.link.close("the service is disabled")).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(goodbyes).get(LONGEST_GOODBYE.toSeconds(), TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException | TimeoutException e) {
            context.log().debug("Not all connections said goodbye in time", e);
        }
    }

    private static final class Entry {

        private final DeviceLink link;

        private int leases;

        private long idleSince;

        private long idlePeriod;

        private Entry(final DeviceLink link) {
            this.link = link;
        }
    }
}
