/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import io.github.nifiazuremqtt.services.connection.Publishing;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.util.MockConfigurationContext;
import org.apache.nifi.util.NoOpProcessor;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StandardIoTHubConnectionServiceTest {

    private static final String DEVICE = "pump-7";

    private static final DeviceIdentity IDENTITY = DeviceIdentity.ofDevice(DEVICE);

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).module(DEVICE, "opc").build();

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    private final StandardDeviceCredentialsService credentials = new StandardDeviceCredentialsService();

    private final StandardIoTHubConnectionService service = new StandardIoTHubConnectionService();

    private final Map<PropertyDescriptor, String> properties = new HashMap<>();

    @BeforeEach
    void addServices() throws Exception {
        runner.addControllerService("credentials", credentials);
        setConnectionString(emulator().connectionString(DEVICE).text());
        final TrustedAuthority trust = new TrustedAuthority(() -> emulator().trustAnchor());
        runner.addControllerService("trust", trust);
        runner.enableControllerService(trust);
        runner.addControllerService("connection", service);
        set(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials");
        set(ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");
    }

    @AfterEach
    void disable() {
        if (runner.isControllerServiceEnabled(service)) {
            runner.disableControllerService(service);
        }
        if (runner.isControllerServiceEnabled(credentials)) {
            runner.disableControllerService(credentials);
        }
    }

    @Test
    void testHubAndIdentityComeFromTheConnectionString() throws Exception {
        enable();
        assertEquals(IDENTITY, service.findConfiguredIdentity().orElseThrow());
        publish(IDENTITY);
        assertEquals(List.of(DEVICE), emulator().telemetry().messages().stream().map(TelemetryMessage::deviceId).toList());
    }

    @Test
    void testModule() throws Exception {
        setConnectionString(emulator().connectionString(emulator().hub(), IdentityKey.module(DEVICE, "opc")).text());
        enable();
        publish(DeviceIdentity.of(DEVICE, "opc"));
        assertEquals(1, emulator().connections().opened("pump-7/opc"));
    }

    @Test
    void testWebSocket() throws Exception {
        set(ConnectionProperties.TRANSPORT_PROTOCOL, TransportProtocol.MQTT_WEB_SOCKET.getValue());
        set(ConnectionProperties.HOST_NAME, "localhost:" + emulator().webSocketPort());
        enable();
        publish(IDENTITY);
        try (DeviceConnection connection = service.acquire(IDENTITY)) {
            assertEquals("wss://localhost/devices/pump-7", connection.getEndpointUri());
        }
    }

    @Test
    void testGatewayIsWhereToConnectAndHubIsWhoIsMeant() throws Exception {
        set(ConnectionProperties.HOST_NAME, "localhost:1");
        set(ConnectionProperties.GATEWAY_HOST_NAME, "127.0.0.1:" + emulator().mqttPort());
        enable();
        publish(IDENTITY);
    }

    @Test
    void testDisabledServiceGivesNoLease() throws Exception {
        enable();
        final DeviceConnection connection = service.acquire(IDENTITY);
        runner.disableControllerService(service);
        assertEquals(FailureCategory.CLOSED, assertThrows(IoTHubException.class, () -> service.acquire(IDENTITY)).getCategory());
        assertEquals(FailureCategory.CLOSED, assertThrows(IoTHubException.class, connection::openPublisher).getCategory());
    }

    @Test
    void testIdThatNoHubCanHold() {
        enable();
        assertEquals(FailureCategory.INVALID_CONTENT,
                assertThrows(IoTHubException.class, () -> service.acquire(DeviceIdentity.ofDevice("a b"))).getCategory());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://contoso.azure-devices.net", "contoso.azure-devices.net:x", "a b"})
    void testInvalidHostName(final String host) {
        set(ConnectionProperties.HOST_NAME, host);
        runner.assertNotValid(service);
    }

    @ParameterizedTest
    @CsvSource({"dtmi:com:example:Thermostat;1, true", "Thermostat, false"})
    void testModelId(final String modelId, final boolean valid) {
        set(ConnectionProperties.MODEL_ID, modelId);
        if (valid) {
            runner.assertValid(service);
        } else {
            runner.assertNotValid(service);
        }
    }

    @Test
    void testVerify() {
        final Map<String, ConfigVerificationResult> results = verify(Map.of());
        assertEquals(List.of(Outcome.SUCCESSFUL), results.values().stream().map(ConfigVerificationResult::getOutcome).distinct().toList());
        assertEquals(6, results.size());
        assertTrue(results.get("Perform TLS Handshake").getExplanation().contains("TLSv1.2"));
        assertTrue(emulator().connections().open().isEmpty());
    }

    @Test
    void testVerifyNamesClosedPortAndCommand() throws IOException {
        final int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        set(ConnectionProperties.HOST_NAME, "localhost:" + port);
        final ConfigVerificationResult result = verify(Map.of()).get("Open TCP Connection");
        assertEquals(Outcome.FAILED, result.getOutcome());
        assertTrue(result.getExplanation().contains("nc -vz localhost " + port));
    }

    @Test
    void testVerifyComparesNoClocksWithoutACertificate() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            final Thread closer = Thread.ofPlatform().daemon().start(() -> closeAll(silent));
            set(ConnectionProperties.HOST_NAME, "localhost:" + silent.getLocalPort());
            final Map<String, ConfigVerificationResult> results = verify(Map.of());
            assertEquals(Outcome.FAILED, results.get("Perform TLS Handshake").getOutcome());
            assertTrue(results.get("Perform TLS Handshake").getExplanation().contains("The server showed no certificate"));
            assertEquals(Outcome.SKIPPED, results.get("Compare Clocks").getOutcome());
            assertTrue(results.get("Compare Clocks").getExplanation().contains("no certificate to compare that with"));
            silent.close();
            closer.join();
        }
    }

    private static void closeAll(final ServerSocket server) {
        try {
            while (!server.isClosed()) {
                server.accept().close();
            }
        } catch (final IOException e) {
            // The test is over.
        }
    }

    @Test
    void testVerifyNamesUnknownHost() {
        set(ConnectionProperties.HOST_NAME, "no-such-hub.invalid");
        assertTrue(verify(Map.of()).get("Resolve Host Name").getExplanation().contains("nslookup no-such-hub.invalid"));
    }

    @Test
    void testVerifyNamesIssuerThatIsNotTrusted() {
        properties.remove(ConnectionProperties.SSL_CONTEXT_SERVICE);
        final ConfigVerificationResult result = verify(Map.of()).get("Perform TLS Handshake");
        assertEquals(Outcome.FAILED, result.getOutcome());
        assertTrue(result.getExplanation().contains(emulator().trustAnchor().getSubjectX500Principal().getName()));
        assertTrue(result.getExplanation().contains("unable to find valid certification path"), result.getExplanation());
        assertFalse(result.getExplanation().contains("Exception"), result.getExplanation());
        assertTrue(result.getExplanation().contains("openssl s_client -connect localhost:" + emulator().mqttPort()));
    }

    @Test
    void testVerifyNamesCausesOfRefusal() {
        emulator().hub().registry().setAuthentication(IdentityKey.device(DEVICE), Authentication.newKeys());
        final ConfigVerificationResult result = verify(Map.of()).get("Connect with the primary key");
        assertEquals(Outcome.FAILED, result.getOutcome());
        assertTrue(result.getExplanation().contains("clock") && result.getExplanation().contains("disabled"));
    }

    private Map<String, ConfigVerificationResult> verify(final Map<String, String> attributes) {
        if (!runner.isControllerServiceEnabled(credentials)) {
            runner.enableControllerService(credentials);
        }
        final MockConfigurationContext context = new MockConfigurationContext(
                service, properties, runner.getProcessContext().getControllerServiceLookup(), Map.of());
        return service.verify(context, runner.getLogger(), attributes).stream()
                .collect(Collectors.toMap(ConfigVerificationResult::getVerificationStepName, result -> result));
    }

    private void enable() {
        if (!runner.isControllerServiceEnabled(credentials)) {
            runner.enableControllerService(credentials);
        }
        runner.enableControllerService(service);
    }

    private void set(final PropertyDescriptor descriptor, final String value) {
        properties.put(descriptor, value);
        runner.setProperty(service, descriptor, value);
    }

    private void setConnectionString(final String text) {
        runner.setProperty(credentials, CredentialProperties.CONNECTION_STRING, text);
    }

    private void publish(final DeviceIdentity identity) throws Exception {
        try (DeviceConnection connection = service.acquire(identity)) {
            connection.awaitConnected(Duration.ofSeconds(30));
            Publishing.publish(connection.openPublisher(), new DeviceMessage("1", new byte[]{1}, MessageProperties.NONE, QualityOfService.AT_LEAST_ONCE))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }
}
