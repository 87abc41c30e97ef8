/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.mqtt.ConnectOutcome;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectRequest;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import io.github.nifiazuremqtt.emulator.mqtt.ServiceRole;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All hubs behind one endpoint: the host in the user name says which one is meant. */
public final class HubRole implements ServiceRole {

    private final Map<String, IoTHub> hubs = new ConcurrentHashMap<>();

    public void add(final IoTHub hub) {
        hubs.put(hub.name().toLowerCase(Locale.ROOT), hub);
    }

    public Optional<IoTHub> find(final String name) {
        return Optional.ofNullable(hubs.get(name.toLowerCase(Locale.ROOT)))
                .or(() -> hubs.values().stream().filter(hub -> hub.isDeviceHostName(name)).findFirst());
    }

    public Collection<IoTHub> hubs() {
        return List.copyOf(hubs.values());
    }

    /** Whatever no other service claims is a bad CONNECT to a hub. */
    @Override
    public boolean recognizes(final ConnectRequest request) {
        return true;
    }

    @Override
    public ConnectOutcome connect(final ConnectRequest request, final MqttConnection connection) {
        try {
            if (request.clientId().isEmpty()) {
                final boolean notAuthorized = hubs.values().stream().anyMatch(hub -> hub.isOn(HubSwitch.EMPTY_CLIENT_ID_NOT_AUTHORIZED));
                throw new ConnectRefusedException(notAuthorized ? ConnectRefusedException.NOT_AUTHORIZED : ConnectRefusedException.IDENTIFIER_REJECTED, 5,
                        "the client id is empty");
            }

            final HubUserName userName = Optional.ofNullable(request.userName()).flatMap(HubUserName::parse)
                    .orElseThrow(() -> new ConnectRefusedException(8, "the user name is missing or unreadable"));
            final IoTHub hub = find(userName.hubName())
                    .orElseThrow(() -> new ConnectRefusedException(7, "there is no hub [%s] here".formatted(userName.host())));
            if (hub.isDeviceHostName(userName.host()) != hub.isDeviceHostName(request.serverName()) && !hub.isOn(HubSwitch.EITHER_HOST_NAME)) {
                throw new ConnectRefusedException(7, "the user name is for [%s], and the client has asked for the server [%s] (SNI)".formatted(
                        userName.host(), request.serverName()));
            }

            return hub.connect(request, userName, connection);
        } catch (final ConnectRefusedException e) {
            return e.outcome();
        }
    }
}
