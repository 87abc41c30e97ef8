/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.mqtt.EndpointOptions;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.tls.TestAuthority;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sets up an emulator. Without further word it is one hub, {@code localhost}, on free ports of the loopback address. */
public final class IoTHubEmulatorBuilder {

    private static final Duration GATEWAY_KEEP_ALIVE = Duration.ofMinutes(10);

    private final List<String> furtherHubs = new ArrayList<>();
    private final List<Consumer<IoTHubEmulator>> setUp = new ArrayList<>();
    private String hostName = "localhost";
    private String gateway = "";
    private String address = "127.0.0.1";
    private int mqttPort;
    private int webSocketPort;
    private int managementPort;
    private int serviceApiPort;
    private boolean anyWebSocketPath;
    private EmulatorTimings timings = EmulatorTimings.real();
    private Clock clock = Clock.systemUTC();
    private TestAuthority authority;

    IoTHubEmulatorBuilder() {
    }

    /** Name of the first hub. */
    public IoTHubEmulatorBuilder hostName(final String name) {
        hostName = name;
        return this;
    }

    /** Adds a hub behind the same ports. */
    public IoTHubEmulatorBuilder hub(final String name) {
        furtherHubs.add(name);
        return this;
    }

    /** Makes it an IoT Edge gateway of this name in front of the first hub, all of whose devices are its children. */
    public IoTHubEmulatorBuilder gateway(final String name) {
        gateway = name;
        return turnOn(HubSwitch.UNDOCUMENTED_FILTER_IGNORED);
    }

    /** Address to listen on. */
    public IoTHubEmulatorBuilder address(final String listenAddress) {
        address = listenAddress;
        return this;
    }

    public IoTHubEmulatorBuilder mqttPort(final int port) {
        mqttPort = port;
        return this;
    }

    public IoTHubEmulatorBuilder webSocketPort(final int port) {
        webSocketPort = port;
        return this;
    }

    public IoTHubEmulatorBuilder managementPort(final int port) {
        managementPort = port;
        return this;
    }

    /** Port of the service API, with TLS and tokens of a policy. */
    public IoTHubEmulatorBuilder serviceApiPort(final int port) {
        serviceApiPort = port;
        return this;
    }

    /** Takes WebSocket connections to any path. */
    public IoTHubEmulatorBuilder anyWebSocketPath() {
        anyWebSocketPath = true;
        return this;
    }

    public IoTHubEmulatorBuilder timings(final EmulatorTimings durations) {
        timings = durations;
        return this;
    }

    public IoTHubEmulatorBuilder clock(final Clock time) {
        clock = time;
        return this;
    }

    /** An authority made earlier, so that several emulators are trusted alike. */
    public IoTHubEmulatorBuilder authority(final TestAuthority issuer) {
        authority = issuer;
        return this;
    }

    /** Registers a device with new keys at the first hub. */
    public IoTHubEmulatorBuilder device(final String deviceId) {
        return device(deviceId, Authentication.newKeys());
    }

    public IoTHubEmulatorBuilder device(final String deviceId, final Authentication authentication) {
        return setUp(emulator -> emulator.hub().registry().put(IdentityKey.device(deviceId), true, authentication));
    }

    /** Registers a module with new keys at the first hub. */
    public IoTHubEmulatorBuilder module(final String deviceId, final String moduleId) {
        final Authentication authentication = Authentication.newKeys();
        return setUp(emulator -> emulator.hub().registry().put(IdentityKey.module(deviceId, moduleId), true, authentication));
    }

    /** Turns switches on at all hubs. */
    public IoTHubEmulatorBuilder turnOn(final HubSwitch... switches) {
        return setUp(emulator -> emulator.hubs().forEach(hub -> hub.turnOn(switches)));
    }

    /** Something to be done with the fresh emulator, and again after each reset. */
    public IoTHubEmulatorBuilder setUp(final Consumer<IoTHubEmulator> step) {
        setUp.add(step);
        return this;
    }

    public IoTHubEmulator build() {
        final List<String> names = new ArrayList<>(List.of(hostName));
        names.addAll(furtherHubs);
        return new IoTHubEmulator(new EmulatorSettings(List.copyOf(names), gateway, new EndpointOptions(address, mqttPort, webSocketPort, anyWebSocketPath),
                managementPort, serviceApiPort, limited(timings), clock, authority == null ? TestAuthority.create() : authority, List.copyOf(setUp)));
    }

    /** A gateway waits ten minutes at most for a silent client. */
    private EmulatorTimings limited(final EmulatorTimings durations) {
        return gateway.isEmpty() || durations.keepAliveCeiling().compareTo(GATEWAY_KEEP_ALIVE) < 0 ? durations
                : durations.withKeepAliveCeiling(GATEWAY_KEEP_ALIVE);
    }

    /**
     * Builds and starts it.
     *
     * @throws IOException if a port is in use
     */
    public IoTHubEmulator start() throws IOException {
        return build().start();
    }
}
