/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.dps.Enrollments;
import io.github.nifiazuremqtt.emulator.dps.LinkedHub;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningCounters;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningRole;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningService;
import io.github.nifiazuremqtt.emulator.dps.Scripts;
import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.github.nifiazuremqtt.emulator.management.FaultRoutes;
import io.github.nifiazuremqtt.emulator.management.IndexRoute;
import io.github.nifiazuremqtt.emulator.management.ManagementServer;
import io.github.nifiazuremqtt.emulator.management.ProvisioningRoutes;
import io.github.nifiazuremqtt.emulator.management.ProvisioningServiceRoutes;
import io.github.nifiazuremqtt.emulator.management.Routes;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectionLog;
import io.github.nifiazuremqtt.emulator.mqtt.EndpointOptions;
import io.github.nifiazuremqtt.emulator.mqtt.MqttEndpoint;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import io.github.nifiazuremqtt.emulator.mqtt.Surroundings;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** The Device Provisioning Service in this JVM, on ports of its own or behind those of a hub emulator. */
public final class DpsEmulator implements AutoCloseable {

    private final ProvisioningService service;
    private final IoTHubEmulator host;
    private final List<Consumer<DpsEmulator>> setUp;
    private MqttEndpoint endpoint;
    private ManagementServer management;
    private Faults faults;
    private ConnectionLog connections;

    DpsEmulator(final String idScope, final ProvisioningLimits limits, final List<IoTHubEmulator> hubs, final List<Consumer<DpsEmulator>> setUp) {
        this.host = hubs.getFirst();
        this.setUp = setUp;
        this.service = new ProvisioningService(idScope, limits, host.clock(), host::timings);
        for (final IoTHubEmulator emulator : hubs) {
            emulator.hubs().forEach(hub -> service.link(new LinkedHub(hub, emulator::mqttPort, emulator::webSocketPort)));
        }

        populate();
    }

    public static DpsEmulatorBuilder builder() {
        return new DpsEmulatorBuilder();
    }

    public ProvisioningService service() {
        return service;
    }

    public String idScope() {
        return service.idScope();
    }

    public Enrollments enrollments() {
        return service.enrollments();
    }

    public Scripts scripts() {
        return service.scripts();
    }

    public ProvisioningCounters counters() {
        return service.counters();
    }

    /** Faults of the connections; those of the hub emulator if it shares its ports. */
    public Faults faults() {
        return faults;
    }

    /** Log of the connections; that of the hub emulator if it shares its ports. */
    public ConnectionLog connections() {
        return connections;
    }

    public int mqttPort() {
        return endpoint == null ? host.mqttPort() : endpoint.mqttPort();
    }

    public int webSocketPort() {
        return endpoint == null ? host.webSocketPort() : endpoint.webSocketPort();
    }

    public int managementPort() {
        return management == null ? host.managementPort() : management.port();
    }

    /** A token for a registration id, made with the key of its enrollment or the key derived from that of its group. */
    public String token(final String registrationId, final String key, final Duration life) {
        return SasToken.sign(idScope() + "/registrations/" + registrationId, key, host.clock().instant().plus(life), "registration").text();
    }

    /** Back to the state after the start: nobody registered, no script, the enrollments that were set up. Hubs keep their devices. */
    public void reset() {
        service.reset();
        if (endpoint != null) {
            faults.clear();
            endpoint.closeAll(new Refusal(0, "the emulator is reset")).toCompletableFuture().join();
            connections.clear();
        }

        populate();
    }

    @Override
    public void close() {
        if (endpoint == null) {
            return;
        }

        endpoint.close();
        if (management != null) {
            management.close();
        }
    }

    DpsEmulator listen(final EndpointOptions options, final int managementPort) throws IOException {
        endpoint = new MqttEndpoint(options);
        faults = new Faults(endpoint);
        connections = new ConnectionLog();
        final Routes routes = new Routes();
        new IndexRoute(routes).addTo(routes);
        new ProvisioningServiceRoutes(service, host.clock()).addTo(routes);
        new ProvisioningRoutes(service).addTo(routes);
        new FaultRoutes(faults).addTo(routes);
        try {
            endpoint.start(host.authority().issue(List.of("localhost", "127.0.0.1", options.address())).endpointTls(name -> true),
                    new Surroundings(List.of(new ProvisioningRole(service, true)), faults, host::timings, host.clock(), connections));
            management = new ManagementServer(managementPort, routes);
        } catch (final IOException e) {
            close();
            throw e;
        }

        return this;
    }

    DpsEmulator join() {
        faults = host.faults();
        connections = host.connections();
        host.serve(new ProvisioningRole(service, false));
        new ProvisioningRoutes(service).addTo(host.routes());
        host.serviceApiRoutes().forEach(new ProvisioningServiceRoutes(service, host.clock())::addTo);
        return this;
    }

    private void populate() {
        setUp.forEach(step -> step.accept(this));
    }
}
