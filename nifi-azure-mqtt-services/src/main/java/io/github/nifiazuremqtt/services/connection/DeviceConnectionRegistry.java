/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** Connections that are being left. The next of the same identity begins when they are gone: the hub would end whichever connects first. */
    private final Map<DeviceIdentity, CompletableFuture<Void>> leaving = new HashMap<>();

    private boolean closed;

    DeviceConnectionRegistry(final ConnectionContext context) {
        this.context = context;
    }

    /**
     * Takes a lease; see {@link io.github.nifiazuremqtt.api.IoTHubConnectionService#acquire}.
     */
    public DeviceConnection acquire(final DeviceIdentity identity) {
        IdentityRules.findProblem(identity).ifPresent(problem -> {
            throw new IoTHubException(FailureCategory.INVALID_CONTENT, problem);
        });
        Entry evicted = null;
        final Entry entry;
        synchronized (registryLock) {
            if (closed) {
                throw new IoTHubException(FailureCategory.CLOSED, "The connection service is disabled");
            }

            final Entry known = entries.get(identity);
            if (known == null) {
                evicted = makeRoom();
                entry = new Entry(identity, context, leaving.getOrDefault(identity, CompletableFuture.completedFuture(null)));
                entries.put(identity, entry);
            } else {
                entry = known;
            }
            entry.take();
        }

        if (evicted != null) {
            leave(evicted, "idle, and its place is needed");
        }
        entry.link.open();
        return new DeviceLease(entry.link, () -> release(entry));
    }

    /**
     * Receives cloud-to-device messages; see {@link io.github.nifiazuremqtt.api.IoTHubConnectionService#receiveMessages}.
     */
    public Receiver<ReceivedMessage> receiveMessages(final DeviceSelection selection) {
        selection.findIdentity().filter(identity -> identity.module().isPresent()).ifPresent(module -> {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, ("Module [%s]: IoT Hub sends cloud-to-device messages to devices and not to"
                    + " modules. Leave Module ID empty, or let the cloud call a direct method of the module or set its desired properties").formatted(module));
        });
        final ConsumerClaims<MessageInbox> claims = context.consumers().messages();
        final Optional<DeviceConnection> lease = selection.findIdentity().map(this::acquire);
        return claim(selection, claims, lease, new MessageInbox(inbox -> endClaim(claims, inbox, lease), () -> findOutages(selection)));
    }

    /**
     * Receives desired properties; see {@link io.github.nifiazuremqtt.api.IoTHubConnectionService#receiveDesiredProperties}.
     */
    public Receiver<DesiredPropertiesUpdate> receiveDesiredProperties(final DeviceSelection selection, final int capacity) {
        final ConsumerClaims<DesiredInbox> claims = context.consumers().desired();
        final Optional<DeviceConnection> lease = selection.findIdentity().map(this::acquire);
        return claim(selection, claims, lease, new DesiredInbox(capacity, inbox -> endClaim(claims, inbox, lease), () -> findOutages(selection)));
    }

    /**
     * Receives direct methods; see {@link io.github.nifiazuremqtt.api.IoTHubConnectionService#receiveMethods}.
     */
    public Receiver<MethodRequest> receiveMethods(final DeviceSelection selection, final int capacity) {
        final ConsumerClaims<MethodInbox> claims = context.consumers().methods();
        final Optional<DeviceConnection> lease = selection.findIdentity().map(this::acquire);
        return claim(selection, claims, lease, new MethodInbox(capacity, inbox -> endClaim(claims, inbox, lease), () -> findOutages(selection)));
    }

    private <C> C claim(final DeviceSelection selection, final ConsumerClaims<C> claims, final Optional<DeviceConnection> lease, final C consumer) {
        try {
            claims.add(selection, consumer);
        } catch (final IoTHubException e) {
            lease.ifPresent(DeviceConnection::close);
            throw e;
        }
        consumersChanged();
        return consumer;
    }

    private <C> void endClaim(final ConsumerClaims<C> claims, final C consumer, final Optional<DeviceConnection> lease) {
        claims.remove(consumer);
        lease.ifPresent(DeviceConnection::close);
        consumersChanged();
    }

    private void consumersChanged() {
        final List<DeviceLink> links;
        synchronized (registryLock) {
            links = entries.values().stream().map(entry -> entry.link).toList();
        }
        links.forEach(link -> link.inbound().consumersChanged());
    }

    private Map<DeviceIdentity, IoTHubException> findOutages(final DeviceSelection selection) {
        final List<DeviceLink> links;
        synchronized (registryLock) {
            links = entries.values().stream().map(entry -> entry.link)
                    .filter(link -> selection.findIdentity().map(link.identity()::equals).orElse(true)).toList();
        }
        final Map<DeviceIdentity, IoTHubException> outages = new TreeMap<>(Comparator.comparing(DeviceIdentity::toString));
        links.forEach(link -> link.findOutage().ifPresent(reason -> outages.put(link.identity(), reason)));
        return outages;
    }

    private Entry makeRoom() {
        final int maximum = context.settings().limits().connections();
        if (entries.size() < maximum) {
            return null;
        }

        final Entry longestIdle = entries.values().stream()
                .filter(entry -> entry.leases == 0)
                .min(Comparator.comparingLong(entry -> entry.idleSinceNanos))
                .orElseThrow(() -> new IoTHubException(FailureCategory.LIMIT_REACHED,
                        "All %d connections are in use; raise Maximum Connections or spread the devices over more nodes".formatted(maximum)));
        remove(longestIdle);
        return longestIdle;
    }

    private void remove(final Entry entry) {
        entries.remove(entry.link.identity());
        leaving.put(entry.link.identity(), entry.left);
    }

    private void leave(final Entry entry, final String why) {
        entry.link.close(why).whenComplete((closed, failure) -> {
            synchronized (registryLock) {
                leaving.remove(entry.link.identity(), entry.left);
            }
            entry.left.complete(null);
        });
    }

    private void release(final Entry entry) {
        synchronized (registryLock) {
            entry.giveBack();
            if (entry.leases > 0 || closed) {
                return;
            }

            entry.idleSinceNanos = System.nanoTime();
            if (!entry.watched) {
                watch(entry, context.settings().limits().idleTimeout().toNanos());
            }
        }
    }

    /** One look at a time for each connection: a publisher takes and returns its leases many times a second. */
    private void watch(final Entry entry, final long nanos) {
        entry.watched = true;
        context.timer().schedule(() -> closeIdle(entry), nanos, TimeUnit.NANOSECONDS);
    }

    private void closeIdle(final Entry entry) {
        synchronized (registryLock) {
            entry.watched = false;
            if (entry.leases > 0 || closed) {
                return;
            }

            final long remaining = context.settings().limits().idleTimeout().toNanos() - (System.nanoTime() - entry.idleSinceNanos);
            if (remaining > 0) {
                watch(entry, remaining);
                return;
            }
            if (entries.get(entry.link.identity()) != entry) {
                return;
            }
            remove(entry);
        }
        leave(entry, "idle");
    }

    /**
     * Ends all connections and waits a moment for it.
     */
    @Override
    public void close() {
        final List<Entry> all;
        final List<CompletableFuture<Void>> goodbyes;
        synchronized (registryLock) {
            closed = true;
            all = List.copyOf(entries.values());
            entries.clear();
            goodbyes = new ArrayList<>(leaving.values());
        }

        all.forEach(entry -> goodbyes.add(entry.link.close("the service is disabled")));
        try {
            CompletableFuture.allOf(goodbyes.toArray(CompletableFuture[]::new)).get(LONGEST_GOODBYE.toSeconds(), TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (final ExecutionException | TimeoutException e) {
            context.log().debug("Not all connections said goodbye in time", e);
        }
    }

    private static final class Entry {

        private final DeviceLink link;

        private final CompletableFuture<Void> left = new CompletableFuture<>();

        /** Changed under the lock. */
        private volatile int leases;

        private long idleSinceNanos;

        /** True while the timer will look whether the connection has been idle for too long. */
        private boolean watched;

        private Entry(final DeviceIdentity identity, final ConnectionContext context, final CompletableFuture<Void> predecessor) {
            link = new DeviceLink(identity, context, () -> leases > 0 || context.consumers().wants(identity), predecessor);
        }

        private void take() {
            leases = leases + 1;
        }

        private void giveBack() {
            leases = leases - 1;
        }
    }
}
