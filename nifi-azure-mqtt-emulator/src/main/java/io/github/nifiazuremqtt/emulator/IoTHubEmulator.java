/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.github.nifiazuremqtt.emulator.hub.EdgeGateway;
import io.github.nifiazuremqtt.emulator.hub.HubRole;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.emulator.management.CertificateRoutes;
import io.github.nifiazuremqtt.emulator.management.EmulatorRoutes;
import io.github.nifiazuremqtt.emulator.management.FaultRoutes;
import io.github.nifiazuremqtt.emulator.management.IndexRoute;
import io.github.nifiazuremqtt.emulator.management.ManagementRequest;
import io.github.nifiazuremqtt.emulator.management.ManagementServer;
import io.github.nifiazuremqtt.emulator.management.MessageRoutes;
import io.github.nifiazuremqtt.emulator.management.MethodRoutes;
import io.github.nifiazuremqtt.emulator.management.PolicyGuard;
import io.github.nifiazuremqtt.emulator.management.RegistryRoutes;
import io.github.nifiazuremqtt.emulator.management.Routes;
import io.github.nifiazuremqtt.emulator.management.TwinFaultRoutes;
import io.github.nifiazuremqtt.emulator.management.TwinRoutes;
import io.github.nifiazuremqtt.emulator.message.CloudMessages;
import io.github.nifiazuremqtt.emulator.method.Methods;
import io.github.nifiazuremqtt.emulator.mqtt.ConnectionLog;
import io.github.nifiazuremqtt.emulator.mqtt.MqttEndpoint;
import io.github.nifiazuremqtt.emulator.mqtt.Refusal;
import io.github.nifiazuremqtt.emulator.mqtt.ServiceRole;
import io.github.nifiazuremqtt.emulator.mqtt.Surroundings;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryLog;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.tls.ServerIdentity;
import io.github.nifiazuremqtt.emulator.tls.TestAuthority;
import io.github.nifiazuremqtt.emulator.twin.Twins;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Collectors;

/** IoT Hub in this JVM: one or more hubs behind one MQTT port and one WebSocket port. */
public final class IoTHubEmulator implements AutoCloseable {

    private static final int MQTT_PORT = 8883;
    private static final int HTTPS_PORT = 443;

    private final EmulatorSettings settings;
    private final MqttEndpoint endpoint;
    private final Faults faults;
    private final HubRole hubRole = new HubRole();
    private final List<ServiceRole> roles = new CopyOnWriteArrayList<>(List.of(hubRole));
    private final Routes routes = new Routes();
    private final Routes serviceRoutes = new Routes();
    private final ConnectionLog connections = new ConnectionLog();
    private final Map<IoTHub, HubServices> services = new LinkedHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, IoTHubEmulator::timerThread);
    private final EdgeGateway gateway;
    private volatile EmulatorTimings timings;
    private ManagementServer management;
    private ManagementServer serviceApi;

    IoTHubEmulator(final EmulatorSettings settings) {
        this.settings = settings;
        this.timings = settings.timings();
        this.endpoint = new MqttEndpoint(settings.endpoint());
        this.faults = new Faults(endpoint);
        timer.setRemoveOnCancelPolicy(true);
        settings.hubNames().forEach(this::addHub);
        gateway = settings.gateway().isEmpty() ? null : new EdgeGateway(settings.gateway(), hub());
        if (gateway != null) {
            serve(gateway);
        }

        addRoutes();
        populate();
    }

    public static IoTHubEmulatorBuilder builder() {
        return new IoTHubEmulatorBuilder();
    }

    /**
     * Opens the ports.
     *
     * @throws IOException if a port is in use
     */
    public IoTHubEmulator start() throws IOException {
        final Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1"));
        names.addAll(settings.hubNames());
        final Set<String> deviceHostNames = hubs().stream().map(hub -> hub.deviceHostName().toLowerCase(Locale.ROOT)).filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
        names.addAll(deviceHostNames);
        if (gateway != null) {
            names.add(gateway.hostName());
        }

        try {
            final ServerIdentity identity = settings.authority().issue(names);
            endpoint.start(identity.endpointTls(gateway == null ? deviceHostNames::contains : name -> true),
                    new Surroundings(roles, faults, this::timings, settings.clock(), connections));
            management = new ManagementServer(settings.managementPort(), routes);
            serviceApi = ManagementServer.secured(settings.serviceApiPort(), serviceRoutes, identity.httpsContext(), new PolicyGuard(hubRole, clock()));
            services.values().forEach(hubServices -> hubServices.watch(timer));
        } catch (final IOException e) {
            close();
            throw e;
        }

        return this;
    }

    /** The first hub. */
    public IoTHub hub() {
        return hub(hostName());
    }

    public IoTHub hub(final String name) {
        return hubRole.find(name).orElseThrow(() -> new IllegalArgumentException("There is no hub [%s]".formatted(name)));
    }

    public Collection<IoTHub> hubs() {
        return hubRole.hubs();
    }

    /** Host name of the first hub. */
    public String hostName() {
        return settings.hubNames().getFirst();
    }

    /** The IoT Edge gateway that this emulator is. */
    public EdgeGateway gateway() {
        return Optional.ofNullable(gateway).orElseThrow(() -> new IllegalStateException("This emulator is no gateway"));
    }

    /** What has arrived at the first hub. */
    public TelemetryLog telemetry() {
        return hub().telemetry();
    }

    /** The twins of the first hub. */
    public Twins twins() {
        return services(hub()).twins();
    }

    /** The cloud-to-device messages of the first hub. */
    public CloudMessages messages() {
        return services(hub()).messages();
    }

    /** The direct methods of the first hub. */
    public Methods methods() {
        return services(hub()).methods();
    }

    public HubServices services(final IoTHub hub) {
        return services.get(hub);
    }

    public Faults faults() {
        return faults;
    }

    public ConnectionLog connections() {
        return connections;
    }

    public int mqttPort() {
        return endpoint.mqttPort();
    }

    public int webSocketPort() {
        return endpoint.webSocketPort();
    }

    public int managementPort() {
        return management.port();
    }

    /** Port on which the registry, twins and methods are served as the IoT Hub service API serves them: with TLS, and to holders of a token of a policy. */
    public int serviceApiPort() {
        return serviceApi.port();
    }

    public Clock clock() {
        return settings.clock();
    }

    public EmulatorTimings timings() {
        return timings;
    }

    /** Changes the durations, also for connections that are open. */
    public void timings(final EmulatorTimings changed) {
        timings = changed;
    }

    public TestAuthority authority() {
        return settings.authority();
    }

    /** What clients have to trust. */
    public X509Certificate trustAnchor() {
        return settings.authority().certificate();
    }

    /** Connection string of a device of the first hub; with a port in the host name unless it is the usual one. */
    public ConnectionString connectionString(final String deviceId) {
        return connectionString(hub(), IdentityKey.device(deviceId));
    }

    public ConnectionString connectionString(final IoTHub hub, final IdentityKey key) {
        final String primaryKey = hub.registry().find(key).orElseThrow(() -> new IllegalArgumentException("[%s] is not registered".formatted(key)))
                .authentication().primary();
        return gateway == null ? new ConnectionString(withPort(hub.name()), key.deviceId(), key.moduleId(), primaryKey)
                : new ConnectionString(hub.name(), key.deviceId(), key.moduleId(), primaryKey, withPort(gateway.hostName()));
    }

    private String withPort(final String host) {
        return mqttPort() == MQTT_PORT ? host : host + ":" + mqttPort();
    }

    /** A token of a device of the first hub. */
    public String token(final String deviceId, final Duration life) {
        final ConnectionString connection = connectionString(deviceId);
        final Instant expiry = clock().instant().plus(life);
        return SasToken.sign(connection.resource(), connection.sharedAccessKey(), expiry, "").text();
    }

    /** Connection string of a policy for the service API; with a port in the host name unless it is the usual one. */
    public String serviceConnectionString(final IoTHub hub, final String policyName) {
        final String host = serviceApiPort() == HTTPS_PORT ? hub.name() : hub.name() + ":" + serviceApiPort();
        return "HostName=%s;SharedAccessKeyName=%s;SharedAccessKey=%s".formatted(host, policyName, hub.policy(policyName).primaryKey());
    }

    /** Connection string of a policy for devices; with a port in the host name unless it is the usual one. */
    public String deviceConnectionString(final IoTHub hub, final String policyName) {
        return "HostName=%s;SharedAccessKeyName=%s;SharedAccessKey=%s".formatted(withPort(hub.name()), policyName, hub.policy(policyName).primaryKey());
    }

    /** A token of a policy of the first hub, for the service API. */
    public String policyToken(final String policyName, final Duration life) {
        return SasToken.sign(hostName(), hub().policy(policyName).primaryKey(), clock().instant().plus(life), policyName).text();
    }

    /** Back to the state after {@link #start()}: no connection, no fault, nothing arrived, the devices that were set up. */
    public void reset() {
        faults.clear();
        timings = settings.timings();
        endpoint.closeAll(new Refusal(0, "the emulator is reset")).toCompletableFuture().join();
        hubs().forEach(IoTHub::reset);
        if (gateway != null) {
            gateway.reset();
        }

        connections.clear();
        populate();
    }

    @Override
    public void close() {
        endpoint.close();
        timer.shutdownNow();
        if (management != null) {
            management.close();
        }

        if (serviceApi != null) {
            serviceApi.close();
        }
    }

    /** Puts another service behind the same ports. It is asked first whether a CONNECT is meant for it. */
    void serve(final ServiceRole role) {
        roles.addFirst(role);
    }

    /** What the management port serves; more can be added at any time. */
    Routes routes() {
        return routes;
    }

    /** What both ports serve: the management port, and that of the service API. */
    List<Routes> serviceApiRoutes() {
        return List.of(routes, serviceRoutes);
    }

    private void addRoutes() {
        for (final Routes both : serviceApiRoutes()) {
            new IndexRoute(both).addTo(both);
            new TwinRoutes(this::chosenHub, hub -> services(hub).messages(), hub -> services(hub).twins()).addTo(both);
            new RegistryRoutes(this::chosenHub, hub -> services(hub).messages(), hub -> services(hub).twins()).addTo(both);
            new MethodRoutes(this::chosenHub, hub -> services(hub).methods(), clock()).addTo(both);
        }

        new EmulatorRoutes(hubRole, this::chosenHub, connections, this::health, settings.authority()::pem).addTo(routes);
        new MessageRoutes(this::chosenHub, hub -> services(hub).messages(), clock()).addTo(routes);
        new FaultRoutes(faults).addTo(routes);
        new TwinFaultRoutes(this::chosenHub, hub -> services(hub).twins()).addTo(routes);
        new CertificateRoutes("/emulator/certificates", request -> chosenHub(request).authorities()).addTo(routes);
    }

    /** The hub that a management request means: the query parameter {@code hub}, or the first one. */
    private IoTHub chosenHub(final ManagementRequest request) {
        return hub(request.query().getOrDefault("hub", hostName()));
    }

    private Map<String, Object> health() {
        return Map.of("status", "up", "hubs", settings.hubNames(), "mqttPort", mqttPort(), "webSocketPort", webSocketPort(),
                "serviceApiPort", serviceApiPort());
    }

    private void addHub(final String name) {
        final IoTHub hub = new IoTHub(name, settings.clock(), this::timings, faults);
        hubRole.add(hub);
        services.put(hub, HubServices.of(hub, settings.clock(), timer));
    }

    private static Thread timerThread(final Runnable work) {
        final Thread thread = new Thread(work, "iothub-emulator-timer");
        thread.setDaemon(true);
        return thread;
    }

    private void populate() {
        settings.setUp().forEach(step -> step.accept(this));
    }
}
