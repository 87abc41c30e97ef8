/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts connections and remembers why they ended. */
public final class ConnectionLog {

    private static final Logger LOGGER = System.getLogger(ConnectionLog.class.getName());
    private static final int ENDS_KEPT = 10_000;
    private static final int TAKEN_OVER = 23;

    private final Set<PacketHandler> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, LongAdder> openedByClient = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> evictionsByClient = new ConcurrentHashMap<>();
    private final Deque<ConnectionEnd> ends = new ArrayDeque<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder opened = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** Sockets accepted so far. */
    public long socketsAccepted() {
        return accepted.sum();
    }

    /** Connections opened so far, that is CONNACKs with return code 0. */
    public long opened() {
        return opened.sum();
    }

    /** Connections opened so far by one client id. */
    public long opened(final String clientId) {
        return sum(openedByClient, clientId);
    }

    /** CONNECTs refused so far. */
    public long refused() {
        return refused.sum();
    }

    /** How often a newer connection of the same identity ended an older one. */
    public long evictions(final String clientId) {
        return sum(evictionsByClient, clientId);
    }

    /** Evictions by client id. */
    public Map<String, LongAdder> evictions() {
        return Map.copyOf(evictionsByClient);
    }

    /** Connections that are open now, those before their CONNACK not counted. */
    public List<MqttConnection> open() {
        return sockets.stream().map(PacketHandler::connection).filter(MqttConnection::isConnected).toList();
    }

    /** The newest ends of connections, oldest first. */
    public List<ConnectionEnd> ends() {
        synchronized (ends) {
            return List.copyOf(ends);
        }
    }

    /** Starts counting anew; open connections stay. */
    public void clear() {
        accepted.reset();
        opened.reset();
        refused.reset();
        openedByClient.clear();
        evictionsByClient.clear();
        synchronized (ends) {
            ends.clear();
        }
    }

    Collection<PacketHandler> sockets() {
        return sockets;
    }

    void socketAccepted(final PacketHandler handler) {
        accepted.increment();
        sockets.add(handler);
    }

    void connectAccepted(final MqttConnection connection) {
        opened.increment();
        openedByClient.computeIfAbsent(connection.clientId(), id -> new LongAdder()).increment();
        LOGGER.log(Level.DEBUG, "[{0}] connected", connection.clientId());
    }

    void connectRefused(final MqttConnection connection, final int returnCode, final Refusal refusal) {
        refused.increment();
        LOGGER.log(Level.INFO, "[{0}] refused with CONNACK {1}: {2}", connection.clientId(), returnCode, refusal);
    }

    void ended(final PacketHandler handler, final ConnectionEnd end) {
        sockets.remove(handler);
        if (end.refusal().row() == TAKEN_OVER) {
            evictionsByClient.computeIfAbsent(end.clientId(), id -> new LongAdder()).increment();
        }

        synchronized (ends) {
            if (ends.size() == ENDS_KEPT) {
                ends.removeFirst();
            }

            ends.addLast(end);
        }

        LOGGER.log(end.refusal().isByClient() ? Level.DEBUG : Level.INFO, "[{0}] closed: {1}", end.clientId(), end.refusal());
    }

    private static long sum(final Map<String, LongAdder> counters, final String clientId) {
        final LongAdder counter = counters.get(clientId);
        return counter == null ? 0 : counter.sum();
    }
}
