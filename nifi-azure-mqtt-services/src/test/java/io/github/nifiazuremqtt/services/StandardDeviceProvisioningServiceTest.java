/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StandardDeviceProvisioningServiceTest {

    private final StandardDeviceProvisioningService service = new StandardDeviceProvisioningService();

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    @BeforeEach
    void setService() throws InitializationException {
        final StandardDeviceCredentialsService credentials = new StandardDeviceCredentialsService();
        runner.addControllerService("credentials", credentials);
        runner.setProperty(credentials, CredentialProperties.AUTHENTICATION_STRATEGY, AuthenticationStrategy.DEVICE_KEY);
        runner.setProperty(credentials, CredentialProperties.DEVICE_KEY, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        runner.enableControllerService(credentials);
        runner.addControllerService("provisioning", service);
        runner.setProperty(service, StandardDeviceProvisioningService.ID_SCOPE, "0ne00000001");
        runner.setProperty(service, StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials");
    }

    @Test
    void testEndpointUri() {
        runner.enableControllerService(service);
        assertEquals("mqtts://global.azure-devices-provisioning.net/0ne00000001", service.getEndpointUri());
        assertEquals("0ne00000001", service.getIdScope());

        runner.disableControllerService(service);
        runner.setProperty(service, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, "localhost:18883");
        runner.setProperty(service, ConnectionProperties.TRANSPORT_PROTOCOL, TransportProtocol.MQTT_WEB_SOCKET);
        runner.enableControllerService(service);
        assertEquals("wss://localhost/0ne00000001", service.getEndpointUri());
        runner.disableControllerService(service);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://global.azure-devices-provisioning.net", "host:port", "a b"})
    void testGlobalEndpointInvalid(final String endpoint) {
        runner.setProperty(service, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, endpoint);
        runner.assertNotValid(service);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0ne/registrations", "0ne 1"})
    void testIdScopeInvalid(final String idScope) {
        runner.setProperty(service, StandardDeviceProvisioningService.ID_SCOPE, idScope);
        runner.assertNotValid(service);
    }

    @Test
    void testRegisterUnreachableThenDisabledLeavesNoThread() throws IOException, InterruptedException {
        runner.setProperty(service, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, "localhost:" + closedPort());
        runner.enableControllerService(service);

        final IoTHubException failure = failure(service.register(new ProvisioningRequest("sn-007", new byte[0]), Duration.ofSeconds(20)));
        assertEquals(FailureCategory.NOT_CONNECTED, failure.getCategory());
        assertTrue(failure.getMessage().startsWith("Registration [sn-007]: no connection to [localhost:"), failure.getMessage());

        runner.disableControllerService(service);
        for (final Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("DeviceProvisioning-")) {
                assertTrue(thread.join(Duration.ofSeconds(10)), thread + " goes on");
            }
        }
        assertEquals(FailureCategory.CLOSED, failure(service.register(new ProvisioningRequest("sn-007", new byte[0]), Duration.ofSeconds(20))).getCategory());
    }

    @Test
    void testVerifyShowsHowFarItCame() throws IOException {
        final List<ConfigVerificationResult> results = verify("localhost:" + closedPort(), Map.of("dps.registration.id", "sn-007"));
        assertEquals(List.of(Outcome.SUCCESSFUL, Outcome.SUCCESSFUL, Outcome.FAILED, Outcome.SKIPPED, Outcome.SKIPPED),
                results.stream().map(ConfigVerificationResult::getOutcome).toList());
        assertEquals("Open TCP Connection", results.get(2).getVerificationStepName());
        assertTrue(results.get(2).getExplanation().contains("MQTT over WebSocket"), results.get(2).getExplanation());
    }

    @Test
    void testVerifyWithoutRegistrationId() {
        final List<ConfigVerificationResult> results = verify("localhost:1", Map.of());
        assertEquals(List.of(Outcome.SKIPPED), results.stream().map(ConfigVerificationResult::getOutcome).toList());
        assertTrue(results.getFirst().getExplanation().contains("dps.registration.id"));
    }

    private List<ConfigVerificationResult> verify(final String endpoint, final Map<String, String> attributes) {
        final MockConfigurationContext context = new MockConfigurationContext(service, Map.of(
                StandardDeviceProvisioningService.GLOBAL_ENDPOINT, endpoint,
                StandardDeviceProvisioningService.ID_SCOPE, "0ne00000001",
                StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials"), runner.getProcessContext().getControllerServiceLookup(), Map.of());
        return service.verify(context, runner.getLogger(), attributes);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static IoTHubException failure(final CompletableFuture<?> outcome) {
        return assertInstanceOf(IoTHubException.class, assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS)).getCause());
    }
}
