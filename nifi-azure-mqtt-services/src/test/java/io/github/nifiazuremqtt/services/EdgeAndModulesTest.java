/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.MethodRequest;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.Receiver;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import io.github.nifiazuremqtt.emulator.method.MethodCall;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import io.github.nifiazuremqtt.services.connection.Publishing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/** Devices and modules behind an IoT Edge gateway: the hub, whose name has no address here, is who is meant, and the gateway is where to connect. */
@Timeout(60)
class EdgeAndModulesTest {

    private static final String HUB = "contoso.plant.invalid";

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("pump-7");

    private static final DeviceIdentity MODULE = DeviceIdentity.of("pump-7", "opc");

    private static final IdentityKey MODULE_KEY = IdentityKey.module("pump-7", "opc");

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final TestRunner runner = TestRunners.newTestRunner(NoOpProcessor.class);

    private final StandardDeviceCredentialsService credentials = new StandardDeviceCredentialsService();

    private final StandardIoTHubConnectionService service = new StandardIoTHubConnectionService();

    private final Map<PropertyDescriptor, String> properties = new HashMap<>();

    private IoTHubEmulator emulator;

    @BeforeEach
    void start() throws Exception {
        emulator = IoTHubEmulator.builder().hostName(HUB).gateway("localhost").device("pump-7").module("pump-7", "opc").start();
        final TrustedAuthority trust = new TrustedAuthority(emulator::trustAnchor);
        runner.addControllerService("trust", trust);
        runner.enableControllerService(trust);
        runner.addControllerService("credentials", credentials);
        runner.addControllerService("connection", service);
        set(ConnectionProperties.DEVICE_CREDENTIALS_SERVICE, "credentials");
        set(ConnectionProperties.SSL_CONTEXT_SERVICE, "trust");
    }

    @AfterEach
    void stop() {
        runner.disableControllerService(service);
        runner.disableControllerService(credentials);
        emulator.close();
    }

    @Test
    void testGatewayOfConnectionString() throws Exception {
        enable(emulator.connectionString("pump-7").text());
        publish(DEVICE);
        assertEquals(1, emulator.telemetry().count());
    }

    @Test
    void testGatewayOfProperty() throws Exception {
        set(ConnectionProperties.GATEWAY_HOST_NAME, "localhost:" + emulator.mqttPort());
        enable("HostName=%s;DeviceId=pump-7;SharedAccessKey=%s".formatted(HUB, emulator.connectionString("pump-7").sharedAccessKey()));
        publish(DEVICE);
        try (DeviceConnection connection = service.acquire(DEVICE)) {
            assertEquals("mqtts://%s/devices/pump-7".formatted(HUB), connection.getEndpointUri());
        }
    }

    @Test
    void testGatewayOfPropertyComesFirst() throws Exception {
        set(ConnectionProperties.GATEWAY_HOST_NAME, "localhost:" + emulator.webSocketPort());
        set(ConnectionProperties.TRANSPORT_PROTOCOL, TransportProtocol.MQTT_WEB_SOCKET.getValue());
        enable(emulator.connectionString("pump-7").text());
        publish(DEVICE);
        assertEquals(1, emulator.telemetry().count());
    }

    @Test
    void testVerifyGoesToTheGateway() {
        enable(emulator.connectionString("pump-7").text());
        final List<ConfigVerificationResult> results = service.verify(
                new MockConfigurationContext(service, properties, runner.getProcessContext().getControllerServiceLookup(), Map.of()), runner.getLogger(), Map.of());
        assertEquals(List.of(Outcome.SUCCESSFUL), results.stream().map(ConfigVerificationResult::getOutcome).distinct().toList());
        assertTrue(results.getFirst().getExplanation().startsWith("[localhost]"));
    }

    @Test
    void testRefusalNamesTheGatewayAndTheRelation() throws Exception {
        emulator.gateway().exclude("pump-7");
        enable(emulator.connectionString("pump-7").text());
        final String refused = "[localhost:%d] for hub [%s] refused the primary key with CONNACK 5. Likely causes: the device is not a child of the gateway"
                .formatted(emulator.mqttPort(), HUB);
        try (DeviceConnection connection = service.acquire(DEVICE)) {
            final String text = connection.awaitConnected(TIMEOUT).findLastFailure().orElseThrow().getMessage();
            assertTrue(text.startsWith("Device [pump-7]: Gateway " + refused), text);
            assertTrue(text.contains("az iot hub device-identity parent set"), text);
        }

        final String explanation = service.verify(new MockConfigurationContext(service, properties, runner.getProcessContext().getControllerServiceLookup(),
                Map.of()), runner.getLogger(), Map.of()).getLast().getExplanation();
        assertTrue(explanation.contains("Gateway " + refused), explanation);
    }

    @Test
    void testModelIdIsAnnounced() throws Exception {
        set(ConnectionProperties.MODEL_ID, "dtmi:com:example:Pump;1");
        enable(emulator.connectionString("pump-7").text());
        publish(DEVICE);
        assertEquals("dtmi:com:example:Pump;1", emulator.telemetry().messages().getFirst().systemProperties().get("dt-dataschema"));
        assertEquals("dtmi:com:example:Pump;1", emulator.hub().session(IdentityKey.device("pump-7")).orElseThrow().modelId());
    }

    @Test
    void testModulePublishesAndHasTwinAndMethods() throws Exception {
        enable(emulator.connectionString(emulator.hub(), MODULE_KEY).text());
        publish(MODULE);
        final TelemetryMessage arrived = emulator.telemetry().messages().getFirst();
        assertEquals("pump-7/opc", arrived.deviceId() + "/" + arrived.moduleId());

        emulator.twins().patchDesired(MODULE_KEY, "{\"interval\":5}");
        try (DeviceConnection connection = service.acquire(MODULE)) {
            connection.awaitConnected(TIMEOUT);
            assertEquals(2, connection.getTwin(TIMEOUT).get(30, TimeUnit.SECONDS).desiredVersion());
        }

        try (Receiver<MethodRequest> receiver = service.receiveMethods(DeviceSelection.only(MODULE), 10)) {
            final CompletableFuture<MethodAnswer> answer = emulator.methods().call(MODULE_KEY, MethodCall.of("restart", "{}").withConnectTimeout(30));
            final MethodRequest request = receiver.poll(1, TIMEOUT).getFirst();
            assertEquals(MODULE, request.identity());
            try (DeviceConnection connection = service.acquire(MODULE)) {
                connection.respond(request.requestId(), 200, "{\"ok\":true}".getBytes(StandardCharsets.UTF_8)).get(30, TimeUnit.SECONDS);
            }
            assertEquals(200, answer.get(30, TimeUnit.SECONDS).status());
        }
    }

    @Test
    void testModuleGetsNoCloudMessages() {
        enable(emulator.connectionString(emulator.hub(), MODULE_KEY).text());
        final IoTHubException refused = assertThrows(IoTHubException.class, () -> service.receiveMessages(DeviceSelection.only(MODULE)));
        assertEquals(FailureCategory.INVALID_CONFIGURATION, refused.getCategory());
        assertTrue(refused.getMessage().startsWith("Module [pump-7/opc]: IoT Hub sends cloud-to-device messages to devices and not to modules"));
    }

    @Test
    void testOpenModuleIsLeftOutOfCloudMessages() throws Exception {
        enable(emulator.connectionString(emulator.hub(), MODULE_KEY).text());
        try (Receiver<ReceivedMessage> messages = service.receiveMessages(DeviceSelection.ALL_OPEN);
             DeviceConnection connection = service.acquire(MODULE)) {
            connection.awaitConnected(TIMEOUT);
            connection.getTwin(TIMEOUT).get(30, TimeUnit.SECONDS);
            assertEquals(Set.of("$iothub/twin/res/#"), emulator.hub().session(MODULE_KEY).orElseThrow().filters());
            assertTrue(messages.poll(1, Duration.ZERO).isEmpty());
        }
    }

    private void enable(final String connectionString) {
        runner.setProperty(credentials, CredentialProperties.CONNECTION_STRING, connectionString);
        runner.enableControllerService(credentials);
        runner.enableControllerService(service);
    }

    private void set(final PropertyDescriptor descriptor, final String value) {
        properties.put(descriptor, value);
        runner.setProperty(service, descriptor, value);
    }

    private void publish(final DeviceIdentity identity) throws Exception {
        try (DeviceConnection connection = service.acquire(identity)) {
            connection.awaitConnected(TIMEOUT);
            Publishing.publish(connection.openPublisher(), new DeviceMessage("1", new byte[]{1}, MessageProperties.NONE, QualityOfService.AT_LEAST_ONCE))
                    .get(30, TimeUnit.SECONDS);
        }
    }
}
