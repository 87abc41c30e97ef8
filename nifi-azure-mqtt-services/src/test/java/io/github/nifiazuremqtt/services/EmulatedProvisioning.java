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
import java.util.List;
import org.apache.nifi.reporting.InitializationException;
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

    EmulatedProvisioning() throws IOException, InitializationException {
        firstHub = IoTHubEmulator.builder().hostName(FIRST_HUB).start();
        secondHub = IoTHubEmulator.builder().hostName(SECOND_HUB).address(SECOND_HUB).authority(firstHub.authority()).start();
        thirdHub = IoTHubEmulator.builder().hostName(THIRD_HUB).authority(firstHub.authority()).start();
        dps = DpsEmulator.builder().hub(firstHub).hub(secondHub).hub(thirdHub).limits(ProvisioningLimits.withoutWaiting()).enroll(group()).start();

        final TrustedAuthority trust = new TrustedAuthority(firstHub::trustAnchor);
        runner.addControllerService("trust", trust);
        runner.enableControllerService(trust);

        runner.addControllerService("credentials", credentials);
        setKey(AuthenticationStrategy.ENROLLMENT_GROUP_KEY);

        runner.addControllerService("provisioning", provisioning);
        runner.setProperty(provisioning, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, "localhost:" + dps.mqttPort());
        runner.setProperty(provisioning, StandardDeviceProvisioningService.ID_SCOPE, dps.idScope());
        runner.setProperty(provisioning, StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials");
        runner.setProperty(provisioning, ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");

        runner.addControllerService("connections", connections);
        runner.setProperty(connections, ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials");
        runner.setProperty(connections, ConnectionProperties.HUB_ASSIGNMENT_STRATEGY, HubAssignmentStrategy.DEVICE_PROVISIONING_SERVICE);
        runner.setProperty(connections, ConnectionProperties.DEVICE_PROVISIONING_SERVICE, "provisioning");
        runner.setProperty(connections, ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");
        runner.setProperty(connections, ConnectionProperties.MAXIMUM_RECONNECT_DELAY, "1 sec");
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
