/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.dps.DpsSwitch;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.mqtt.EndpointOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sets up a provisioning service. It needs at least one hub emulator, whose clock, durations and certificate authority it shares. */
public final class DpsEmulatorBuilder {

    private final List<IoTHubEmulator> hubs = new ArrayList<>();
    private final List<Consumer<DpsEmulator>> setUp = new ArrayList<>();
    private String idScope = "0ne00EA1E11";
    private String address = "127.0.0.1";
    private int mqttPort;
    private int webSocketPort;
    private int managementPort;
    private ProvisioningLimits limits = ProvisioningLimits.real();

    DpsEmulatorBuilder() {
    }

    public DpsEmulatorBuilder idScope(final String scope) {
        idScope = scope;
        return this;
    }

    /** Links all hubs of an emulator: devices can be assigned to them. */
    public DpsEmulatorBuilder hub(final IoTHubEmulator emulator) {
        hubs.add(emulator);
        return this;
    }

    public DpsEmulatorBuilder enroll(final Enrollment enrollment) {
        return setUp(emulator -> emulator.enrollments().put(enrollment));
    }

    public DpsEmulatorBuilder turnOn(final DpsSwitch... switches) {
        return setUp(emulator -> emulator.service().turnOn(switches));
    }

    /** Something to be done with the fresh service, and again after each reset. */
    public DpsEmulatorBuilder setUp(final Consumer<DpsEmulator> step) {
        setUp.add(step);
        return this;
    }

    public DpsEmulatorBuilder limits(final ProvisioningLimits value) {
        limits = value;
        return this;
    }

    /** Address to listen on. */
    public DpsEmulatorBuilder address(final String listenAddress) {
        address = listenAddress;
        return this;
    }

    public DpsEmulatorBuilder mqttPort(final int port) {
        mqttPort = port;
        return this;
    }

    public DpsEmulatorBuilder webSocketPort(final int port) {
        webSocketPort = port;
        return this;
    }

    public DpsEmulatorBuilder managementPort(final int port) {
        managementPort = port;
        return this;
    }

    /**
     * Starts the service on ports of its own.
     *
     * @throws IOException if a port is in use
     */
    public DpsEmulator start() throws IOException {
        return new DpsEmulator(idScope, limits, requiredHubs(), List.copyOf(setUp)).listen(new EndpointOptions(address, mqttPort, webSocketPort, false),
                managementPort);
    }

    /**
     * Starts the service behind the ports of the first hub emulator, which has been started. User names tell the two apart; the management port serves both.
     * Clients that know the usual ports only need this.
     */
    public DpsEmulator startBesideHub() {
        return new DpsEmulator(idScope, limits, requiredHubs(), List.copyOf(setUp)).join();
    }

    private List<IoTHubEmulator> requiredHubs() {
        if (hubs.isEmpty()) {
            throw new IllegalStateException("A provisioning service needs a hub emulator");
        }

        return List.copyOf(hubs);
    }
}
