/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.services.connection.Publishing;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.proxy.ProxyConfiguration;
import org.apache.nifi.proxy.ProxyConfigurationService;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockComponentLog;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/** The services on a site whose way out is a proxy: the name of the hub, which is that of the provisioning service too, has no address there. */
final class ProxiedServices implements AutoCloseable {

    static final String HOST = "hub.plant.invalid";

    static final DeviceIdentity IDENTITY = DeviceIdentity.ofDevice("pump-7");

    final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    final IoTHubEmulator emulator;

    final DpsEmulator dps;

    private final StandardDeviceCredentialsService credentials = new StandardDeviceCredentialsService();

    private final StandardDeviceProvisioningService provisioning = new StandardDeviceProvisioningService();

    private final StandardIoTHubConnectionService connection = new StandardIoTHubConnectionService();

    private final FixedProxy proxy = new FixedProxy();

    private final Map<PropertyDescriptor, String> properties = new HashMap<>();

    ProxiedServices() throws IOException, InitializationException {
        emulator = IoTHubEmulator.builder().hostName(HOST).device(IDENTITY.deviceId()).start();
        dps = DpsEmulator.builder().hub(emulator).enroll(EmulatedProvisioning.group()).startBesideHub();
        runner.addControllerService("credentials", credentials);
        nameHub(HOST);
        final TrustedAuthority trust = new TrustedAuthority(emulator::trustAnchor);
        runner.addControllerService("trust", trust);
        runner.enableControllerService(trust);
        runner.addControllerService("proxy", proxy);
        runner.enableControllerService(proxy);

        runner.addControllerService("provisioning", provisioning);
        runner.setProperty(provisioning, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, HOST);
        runner.setProperty(provisioning, StandardDeviceProvisioningService.ID_SCOPE, dps.idScope());
        runner.setProperty(provisioning, StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials");
        runner.setProperty(provisioning, ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");
        runner.setProperty(provisioning, ConnectionProperties.PROXY_CONFIGURATION_SERVICE, "proxy");

        runner.addControllerService("connection", connection);
        set(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials");
        set(ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");
        set(ConnectionProperties.PROXY_CONFIGURATION_SERVICE, "proxy");
        set(ConnectionProperties.CONNECTION_TIMEOUT, "5 sec");
    }

    /** Has the connection string name the hub so. */
    void nameHub(final String host) {
        runner.setProperty(credentials, CredentialProperties.CONNECTION_STRING,
                "HostName=%s;DeviceId=pump-7;SharedAccessKey=%s".formatted(host, emulator.connectionString("pump-7").sharedAccessKey()));
    }

    /** A proxy that knows where the emulator is. */
    ProxyServer start(final ProxyServer server) {
        return server.host(HOST).host(emulator.hub().deviceHostName()).port(8883, emulator.mqttPort()).port(443, emulator.webSocketPort());
    }

    void use(final Proxy.Type type, final int port, final String userName, final String password) {
        proxy.configuration.setProxyType(type);
        proxy.configuration.setProxyServerHost("localhost");
        proxy.configuration.setProxyServerPort(port);
        proxy.configuration.setProxyUserName(userName);
        proxy.configuration.setProxyUserPassword(password);
    }

    void set(final PropertyDescriptor descriptor, final String value) {
        properties.put(descriptor, value);
        runner.setProperty(connection, descriptor, value);
    }

    void trustJavaOnly() {
        properties.remove(ConnectionProperties.SSL_CONTEXT_SERVICE);
    }

    StandardIoTHubConnectionService enable() {
        runner.enableControllerService(credentials);
        runner.enableControllerService(connection);
        return connection;
    }

    /** Lets a provisioning service, behind the proxy too, say where the hub is. */
    StandardIoTHubConnectionService enableWithProvisioning() {
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.ENROLLMENT_GROUP_KEY);
        runner.setProperty(credentials, CredentialProperties.ENROLLMENT_GROUP_KEY, EmulatedProvisioning.GROUP_KEY);
        runner.enableControllerService(credentials);
        runner.enableControllerService(provisioning);
        set(ConnectionProperties.HUB_ASSIGNMENT_STRATEGY, HubAssignmentStrategy.DEVICE_PROVISIONING_SERVICE.getValue());
        set(ConnectionProperties.DEVICE_PROVISIONING_SERVICE, "provisioning");
        runner.enableControllerService(connection);
        return connection;
    }

    void publish() throws Exception {
        try (DeviceConnection open = connection.acquire(IDENTITY)) {
            open.awaitConnected(Duration.ofSeconds(30));
            Publishing.publish(open.openPublisher(), new DeviceMessage("1", new byte[]{1}, MessageProperties.NONE, QualityOfService.AT_LEAST_ONCE))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    Map<String, ConfigVerificationResult> verify() {
        runner.enableControllerService(credentials);
        return steps(connection.verify(new MockConfigurationContext(connection, properties, runner.getProcessContext().getControllerServiceLookup(), Map.of()),
                runner.getLogger(), Map.of()));
    }

    Map<String, ConfigVerificationResult> verifyProvisioning() {
        if (!runner.isControllerServiceEnabled(credentials)) {
            runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY);
            runner.setProperty(credentials, CredentialProperties.DEVICE_KEY, EmulatedProvisioning.GROUP_KEY);
            runner.enableControllerService(credentials);
        }
        return steps(provisioning.verify(new MockConfigurationContext(provisioning, Map.of(
                StandardDeviceProvisioningService.GLOBAL_ENDPOINT, HOST, StandardDeviceProvisioningService.ID_SCOPE, dps.idScope(),
                StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials", ConnectionProperties.SSL_CONTEXT_SERVICE, "trust",
                ConnectionProperties.PROXY_CONFIGURATION_SERVICE, "proxy"), runner.getProcessContext().getControllerServiceLookup(), Map.of()),
                runner.getLogger(), Map.of("dps.registration.id", "sn-007")));
    }

    private static Map<String, ConfigVerificationResult> steps(final List<ConfigVerificationResult> results) {
        final Map<String, ConfigVerificationResult> steps = new LinkedHashMap<>();
        results.forEach(result -> steps.put(result.getVerificationStepName(), result));
        return steps;
    }

    /** Bulletins of the connection service. */
    List<String> bulletins() {
        final MockComponentLog log = runner.getControllerServiceLogger("connection");
        final List<LogMessage> errors = log.getErrorMessages();
        return (errors.isEmpty() ? log.getWarnMessages() : errors).stream().map(LogMessage::getMsg).toList();
    }

    @Override
    public void close() {
        List.of(connection, provisioning, credentials).stream().filter(runner::isControllerServiceEnabled).forEach(runner::disableControllerService);
        dps.close();
        emulator.close();
    }

    private static final class FixedProxy extends AbstractControllerService implements ProxyConfigurationService {

        private final ProxyConfiguration configuration = new ProxyConfiguration();

        @Override
        public ProxyConfiguration getConfiguration() {
            return configuration;
        }
    }
}
