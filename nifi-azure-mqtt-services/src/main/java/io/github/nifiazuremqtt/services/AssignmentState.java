/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.services.connection.UnsupportedHub;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.components.state.StateManager;
import org.apache.nifi.logging.ComponentLog;

/**
 * Keeps in the state of a component on which hub each device lives. State is written as a whole, so a change is not written at once but with those that follow
 * it within a second. Local to the node: each node keeps its own devices, and the state of a cluster is limited to 1 MB.
 */
final class AssignmentState implements AutoCloseable {

    private static final Scope SCOPE = Scope.LOCAL;

    /** No registration id can begin like this. */
    private static final String ID_SCOPE_KEY = "/id-scope";

    private static final long WRITE_DELAY_SECONDS = 1;

    private static final long LONGEST_WRITE_SECONDS = 5;

    private final StateManager stateManager;

    private final String idScope;

    private final ComponentLog log;

    private final ScheduledThreadPoolExecutor writer;

    private final List<CompletableFuture<Void>> unwritten = new ArrayList<>();

    private boolean closed;

    private volatile Supplier<Map<String, String>> source = Map::of;

    /**
     * @param idScope    what was assigned in another ID scope is not taken over
     * @param threadName name of the thread that writes
     */
    AssignmentState(final StateManager stateManager, final String idScope, final ComponentLog log, final String threadName) {
        this.stateManager = stateManager;
        this.idScope = idScope;
        this.log = log;
        writer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(threadName).daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
        writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * @return hubs, or {@link UnsupportedHub}, by device id; without what cannot be read
     */
    Map<String, String> load() {
        try {
            final Map<String, String> hubs = new HashMap<>(stateManager.getState(SCOPE).toMap());
            if (!idScope.equals(hubs.remove(ID_SCOPE_KEY))) {
                return Map.of();
            }
            hubs.values().removeIf(hub -> !isHost(hub) && UnsupportedHub.parse(hub).isEmpty());
            return hubs;
        } catch (final IOException e) {
            log.warn("What the Device Provisioning Service assigned cannot be read from the state: devices are registered again when they are needed", e);
            return Map.of();
        }
    }

    private static boolean isHost(final String hub) {
        try {
            HostAddress.parse(hub);
            return true;
        } catch (final WireFormatException e) {
            return false;
        }
    }

    /**
     * @param hubs gives hubs by device id as they are when they are written
     */
    void setSource(final Supplier<Map<String, String>> hubs) {
        source = hubs;
    }

    /**
     * @return completes on the thread that writes when the change is written; after a failure to write, which is logged, as well
     */
    synchronized CompletableFuture<Void> onChanged() {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }

        if (unwritten.isEmpty()) {
            writer.schedule(this::write, WRITE_DELAY_SECONDS, TimeUnit.SECONDS);
        }
        final CompletableFuture<Void> written = new CompletableFuture<>();
        unwritten.add(written);
        return written;
    }

    private void write() {
        final List<CompletableFuture<Void>> written;
        synchronized (this) {
            written = List.copyOf(unwritten);
            unwritten.clear();
            if (!written.isEmpty()) {
                store();
            }
        }
        written.forEach(change -> change.complete(null));
    }

    private void store() {
        try {
            final Map<String, String> state = new HashMap<>(source.get());
            state.put(ID_SCOPE_KEY, idScope);
            stateManager.setState(state, SCOPE);
        } catch (final IOException | RuntimeException e) {
            log.warn("What the Device Provisioning Service assigned cannot be kept in the state: after a restart devices are registered again", e);
        }
    }

    /**
     * Writes what is not written yet.
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        writer.shutdown();
        try {
            writer.awaitTermination(LONGEST_WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        write();
    }
}
