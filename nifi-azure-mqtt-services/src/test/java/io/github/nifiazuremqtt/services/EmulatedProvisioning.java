/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.controller.ConfigurationContext;
import org.apache.nifi.controller.ControllerService;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;

/**
 * The controller services in front of an emulated Device Provisioning Service with three hubs, which one enrollment group leads to.
 */
final class EmulatedProvisioning implements AutoCloseable {

    static final String GROUP_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    static final String FIRST_HUB = "localhost";

    static final String SECOND_HUB = "127.0.0.2";

    static final String THIRD_HUB = "127.0.0.1";

    final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    final StandardDeviceCredentialsService credentials = new StandardDeviceCredentialsService();

    final StandardDeviceProvisioningService provisioning = new StandardDeviceProvisioningService();

    final StandardIoTHubConnectionService connections = new StandardIoTHubConnectionService();

    final IoTHubEmulator firstHub;

    final IoTHubEmulator secondHub;

    final IoTHubEmulator thirdHub;

    final DpsEmulator dps;

    private final Map<ControllerService, Map<PropertyDescriptor, String>> properties = new HashMap<>();

    EmulatedProvisioning() throws IOException, InitializationException {
        this(Clock.systemUTC());
    }

    /**
     * @param clock time at the hubs and at the provisioning service
     */
    EmulatedProvisioning(final Clock clock) throws IOException, InitializationException {
        firstHub = IoTHubEmulator.builder().hostName(FIRST_HUB).clock(clock).start();
        secondHub = IoTHubEmulator.builder().hostName(SECOND_HUB).address(SECOND_HUB).authority(firstHub.authority()).clock(clock).start();
        thirdHub = IoTHubEmulator.builder().hostName(THIRD_HUB).authority(firstHub.authority()).clock(clock).start();
        dps = DpsEmulator.builder().hub(firstHub).hub(secondHub).hub(thirdHub).limits(ProvisioningLimits.withoutWaiting()).enroll(group()).start();

        final TrustedAuthority trust = new TrustedAuthority(firstHub::trustAnchor);
        runner.addControllerService("trust", trust);
        runner.enableControllerService(trust);

        runner.addControllerService("credentials", credentials);
        setKey(AuthenticationStrategy.ENROLLMENT_GROUP_KEY);

        runner.addControllerService("provisioning", provisioning);
        set(provisioning, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, "localhost:" + dps.mqttPort());
        set(provisioning, StandardDeviceProvisioningService.ID_SCOPE, dps.idScope());
        set(provisioning, StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials");
        set(provisioning, ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");

        runner.addControllerService("connections", connections);
        set(connections, ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials");
        set(connections, ConnectionProperties.HUB_ASSIGNMENT_STRATEGY, HubAssignmentStrategy.DEVICE_PROVISIONING_SERVICE.getValue());
        set(connections, ConnectionProperties.DEVICE_PROVISIONING_SERVICE, "provisioning");
        set(connections, ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");
        set(connections, ConnectionProperties.MAXIMUM_RECONNECT_DELAY, "1 sec");
    }

    static Enrollment group() {
        return Enrollment.group("presses", Attestation.symmetricKey(GROUP_KEY, GROUP_KEY));
    }

    /**
     * Uses the key of the group in this way, from the next {@link #enable} on.
     */
    void setKey(final AuthenticationStrategy strategy) {
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, strategy);
        runner.setProperty(credentials, strategy == AuthenticationStrategy.ENROLLMENT_GROUP_KEY
                ? CredentialProperties.ENROLLMENT_GROUP_KEY : CredentialProperties.DEVICE_KEY, GROUP_KEY);
    }

    void setPrivateKey(final String pem) {
        runner.setProperty(credentials, CredentialProperties.PRIVATE_KEY, pem);
    }

    void setIdScope(final String idScope) {
        set(provisioning, StandardDeviceProvisioningService.ID_SCOPE, idScope);
    }

    /**
     * All devices live on the first hub, and nobody asks the provisioning service.
     */
    void useFirstHub() {
        set(connections, ConnectionProperties.HUB_ASSIGNMENT_STRATEGY, HubAssignmentStrategy.HOST_NAME.getValue());
        set(connections, ConnectionProperties.HOST_NAME, FIRST_HUB + ":" + firstHub.mqttPort());
    }

    private void set(final ControllerService service, final PropertyDescriptor descriptor, final String value) {
        runner.setProperty(service, descriptor, value);
        properties.computeIfAbsent(service, unknown -> new HashMap<>()).put(descriptor, value);
    }

    /**
     * @return configuration of the provisioning or connection service, to verify it
     */
    ConfigurationContext context(final ControllerService service) {
        return new MockConfigurationContext(service, properties.get(service), runner.getProcessContext().getControllerServiceLookup(), Map.of());
    }

    void setCertificate(final CertifiedKey key) {
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.X509_PEM);
        runner.setProperty(credentials, CredentialProperties.CERTIFICATE, Pem.certificates(key.chain()));
        runner.setProperty(credentials, CredentialProperties.PRIVATE_KEY, Pem.privateKey(key.privateKey(), new char[0]));
    }

    void enable() {
        runner.enableControllerService(credentials);
        runner.enableControllerService(provisioning);
        runner.enableControllerService(connections);
    }

    void disable() {
        List.of(connections, provisioning, credentials).stream().filter(runner::isControllerServiceEnabled).forEach(runner::disableControllerService);
    }

    @Override
    public void close() {
        disable();
        dps.close();
        thirdHub.close();
        secondHub.close();
        firstHub.close();
    }
}
