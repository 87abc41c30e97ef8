/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.mqtt.ConnectOutcome;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectRequest;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import io.github.nifiazuremqtt.emulator.mqtt.ServiceRole;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An IoT Edge gateway in front of a hub. It serves the devices that are its children, and the modules of the gateway itself, in place of the hub: it takes a
 * user name for any host, wants an api-version in it, takes tokens for its own name too, ignores subscriptions that it does not know, and acknowledges a
 * message when it has stored it.
 */
public final class EdgeGateway implements ServiceRole {

    private static final int SERVER_UNAVAILABLE = 3;
    private static final int STOCK_MAXIMUM_CLIENTS = 100;

    private final String hostName;
    private final IoTHub hub;
    private final Set<String> strangers = ConcurrentHashMap.newKeySet();
    private volatile int maximumClients = STOCK_MAXIMUM_CLIENTS;

    public EdgeGateway(final String hostName, final IoTHub hub) {
        this.hostName = hostName;
        this.hub = hub;
        hub.acceptTokensFor(hostName);
    }

    /** The name by which devices reach it. */
    public String hostName() {
        return hostName;
    }

    /** Makes a device of the hub one that is no child of this gateway. */
    public void exclude(final String deviceId) {
        strangers.add(deviceId);
    }

    public void maximumClients(final int number) {
        maximumClients = number;
    }

    /** The way to the hub, which may be down for a while. */
    public Uplink uplink() {
        return hub.uplink();
    }

    /** Ends all connections and forgets their sessions. */
    public void restart() {
        hub.forgetSessions();
        hub.sessions().forEach(session -> session.close(0, "the gateway restarts"));
    }

    public void reset() {
        strangers.clear();
        maximumClients = STOCK_MAXIMUM_CLIENTS;
    }

    @Override
    public boolean recognizes(final ConnectRequest request) {
        return true;
    }

    @Override
    public boolean takesPath(final String path) {
        return true;
    }

    @Override
    public ConnectOutcome connect(final ConnectRequest request, final MqttConnection connection) {
        try {
            final HubUserName userName = Optional.ofNullable(request.userName()).flatMap(HubUserName::parse)
                    .filter(name -> !name.apiVersion().isEmpty())
                    .orElseThrow(() -> new ConnectRefusedException(SERVER_UNAVAILABLE, 8, "the user name is missing, unreadable or without api-version"));
            if (strangers.contains(userName.key().deviceId())) {
                throw new ConnectRefusedException(18, "[%s] is no child of this gateway".formatted(userName.key().deviceId()));
            }

            if (hub.session(userName.key()).isEmpty() && hub.sessions().size() >= maximumClients) {
                throw new ConnectRefusedException(SERVER_UNAVAILABLE, 0, "%d clients are connected".formatted(maximumClients));
            }

            return hub.connect(request, userName, connection);
        } catch (final ConnectRefusedException e) {
            return e.outcome();
        }
    }
}
