/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.fault;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Everything that can go wrong between a client and the service, on demand. */
public final class Faults {

    private final Network network;
    private final ConnectionFaults everyone = new ConnectionFaults();
    private final Map<String, ConnectionFaults> clients = new ConcurrentHashMap<>();
    private final Throttle sends = new Throttle();
    private final Throttle connects = new Throttle();
    private final Quota quota = new Quota();

    public Faults(final Network network) {
        this.network = network;
    }

    /** The faults of all clients that have none of their own. */
    public ConnectionFaults everyone() {
        return everyone;
    }

    /** The faults of one client, by its client id ({@code device} or {@code device/module}); from now on those of everyone do not reach it. */
    public ConnectionFaults client(final String clientId) {
        return clients.computeIfAbsent(clientId, id -> new ConnectionFaults());
    }

    /** The faults that act on a client. */
    public ConnectionFaults of(final String clientId) {
        return clients.isEmpty() ? everyone : clients.getOrDefault(clientId, everyone);
    }

    /** The limit of device-to-cloud messages, shared by all devices. */
    public Throttle sends() {
        return sends;
    }

    /** The limit of new connections. */
    public Throttle connects() {
        return connects;
    }

    /** The daily quota. */
    public Quota quota() {
        return quota;
    }

    /** Closes all connections. */
    public void dropConnections() {
        network.dropConnections();
    }

    /** Resets all connections: the client sees a TCP RST. */
    public void resetConnections() {
        network.resetConnections();
    }

    /** Closes the ports and all connections until {@link #comeBack()}. */
    public void goAway() {
        network.goAway();
    }

    /** Closes the ports and all connections, and opens the same ports again after the given time. */
    public void goAway(final Duration time) {
        network.goAway(time);
    }

    /** Opens the ports again. */
    public void comeBack() {
        network.comeBack();
    }

    /** Sockets are accepted and reset at once, before TLS. */
    public void refuseSockets(final boolean refuse) {
        network.refuseSockets(refuse);
    }

    /** Ends all faults and limits. */
    public void clear() {
        everyone.clear();
        clients.clear();
        sends.lift();
        connects.lift();
        quota.lift();
        network.refuseSockets(false);
        network.comeBack();
    }
}
