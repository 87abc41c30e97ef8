/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the dialog says of a configuration that cannot work, before anything is connected. */
class ImpossibleConfigurationTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    private final StandardDeviceCredentialsService credentials = new StandardDeviceCredentialsService();

    private final StandardIoTHubConnectionService connection = new StandardIoTHubConnectionService();

    private final Map<PropertyDescriptor, String> connectionProperties = new HashMap<>(Map.of(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials"));

    @BeforeEach
    void addServices() throws Exception {
        runner.addControllerService("credentials", credentials);
        runner.addControllerService("connection", connection);
        runner.setProperty(connection, ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials");
    }

    @Test
    void testDeviceKeyWithoutHostName() {
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY.getValue());
        runner.setProperty(credentials, CredentialProperties.DEVICE_KEY, KEY);
        runner.enableControllerService(credentials);
        runner.assertNotValid(connection);
        runner.setProperty(connection, ConnectionProperties.HOST_NAME, "contoso.azure-devices.net");
        runner.assertValid(connection);
    }

    @Test
    void testTokenNamesHubAndDevice() {
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.SHARED_ACCESS_SIGNATURE.getValue());
        runner.setProperty(credentials, CredentialProperties.SHARED_ACCESS_SIGNATURE, "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdev-001"
                + "&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000");
        runner.enableControllerService(credentials);
        runner.assertValid(connection);
        runner.enableControllerService(connection);
        assertEquals(DeviceIdentity.ofDevice("dev-001"), connection.findConfiguredIdentity().orElseThrow());
        runner.disableControllerService(connection);
        runner.disableControllerService(credentials);
    }

    @Test
    void testPathThatDoesNotExist() {
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.X509_PEM.getValue());
        assertEquals("Certificate file [/no/such/device.pem] does not exist on this node",
                runner.setProperty(credentials, CredentialProperties.CERTIFICATE, "/no/such/device.pem").getExplanation());
        final String key = runner.setProperty(credentials, CredentialProperties.PRIVATE_KEY, "/no/such/device.key").toString();
        assertTrue(key.contains("Private Key (19 characters) is neither PEM text nor the path of a file that exists on this node"), key);
        assertFalse(key.contains("/no/such"), key);
        assertTrue(runner.setProperty(credentials, CredentialProperties.PRIVATE_KEY, "/no/such/${iothub.device.id}.key").isValid());
    }

    @Test
    void testIdsOfVerifyAreBoundedAndOnOneLine() {
        runner.setProperty(credentials, CredentialProperties.CONNECTION_STRING, "HostName=contoso.azure-devices.net;DeviceId=dev-001;SharedAccessKey=" + KEY);
        runner.enableControllerService(credentials);
        for (final String id : List.of("x".repeat(1_000_000), "a\nb", "HostName=h;DeviceId=d;SharedAccessKey=" + KEY)) {
            final ConfigVerificationResult result = connection.verify(new MockConfigurationContext(connection, connectionProperties,
                    runner.getProcessContext().getControllerServiceLookup(), Map.of()), runner.getLogger(), Map.of("iothub.device.id", id)).getFirst();
            assertEquals(Outcome.FAILED, result.getOutcome());
            assertTrue(result.getExplanation().length() < 500 && result.getExplanation().lines().count() == 1, result.getExplanation());
            assertFalse(result.getExplanation().contains("AAEC"), result.getExplanation());
            final String registration = IdentityRules.findRegistrationProblem(id).orElseThrow();
            assertTrue(registration.length() < 500 && registration.lines().count() == 1 && !registration.contains("AAEC"), registration);
        }
        runner.disableControllerService(credentials);
    }
}
