/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.message.FeedbackRequest;
import io.github.nifiazuremqtt.emulator.message.MessageOutcome;
import io.github.nifiazuremqtt.emulator.method.MethodAnswer;
import io.github.nifiazuremqtt.emulator.telemetry.SystemPropertyName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Microsoft's own device client is the judge of what a hub sends. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MicrosoftDeviceClientReceivingTest {

    private static final String DEVICE = "dev-001";
    private static final IdentityKey KEY = IdentityKey.device(DEVICE);
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int ATTEMPTS = 20;
    private static final Duration SOON = Duration.ofSeconds(10);

    private WellKnownPorts ports;
    private IoTHubEmulator emulator;

    @BeforeEach
    void startEmulator() throws IOException {
        ports = WellKnownPorts.start(IoTHubEmulator.builder().hostName("127.0.0.1").device(DEVICE));
        emulator = ports.emulator();
    }

    @AfterEach
    void stopEmulator() throws IOException {
        ports.close();
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testMessagesAreReceivedAndCompleted(final IotHubClientProtocol protocol) throws Exception {
        final List<Message> received = new CopyOnWriteArrayList<>();
        final DeviceClient client = client(protocol);
        client.setMessageCallback((message, context) -> {
            received.add(message);
            return IotHubMessageResult.COMPLETE;
        }, null);
        try {
            client.open(false);
            for (int i = 0; i < 20; i++) {
                emulator.messages().send(DEVICE, CloudMessage.of("body " + i)
                        .withMessageId("m" + i)
                        .with(SystemPropertyName.CORRELATION_ID, "c/" + i)
                        .with(SystemPropertyName.CONTENT_TYPE, "application/json")
                        .withProperty("größe", "a b+c&d=e%")
                        .withFeedback(FeedbackRequest.FULL));
            }

            assertTrue(emulator.messages().awaitFeedback(20, SOON));
            assertTrue(emulator.messages().feedback().stream().allMatch(line -> line.outcome() == MessageOutcome.SUCCESS));
            assertEquals(20, received.size());
            final Message first = received.getFirst();
            assertEquals("body 0", new String(first.getBytes(), StandardCharsets.UTF_8));
            assertEquals("m0", first.getMessageId());
            assertEquals("c/0", first.getCorrelationId());
            assertEquals("application/json", first.getContentType());
            assertEquals("a b+c&d=e%", first.getProperty("größe"));
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testTwin(final IotHubClientProtocol protocol) throws Exception {
        emulator.twins().patchDesired(DEVICE, "{\"interval\":5,\"deep\":{\"a\":[1,2]}}");
        final List<Twin> pushes = new CopyOnWriteArrayList<>();
        final DeviceClient client = client(protocol);
        try {
            client.open(false);
            client.subscribeToDesiredProperties((twin, context) -> pushes.add(twin), null);
            final Twin twin = answered(() -> client.getTwin(PATIENCE_MILLIS));
            assertEquals(2, twin.getDesiredProperties().getVersion());
            assertEquals(5.0, ((Number) twin.getDesiredProperties().get("interval")).doubleValue());
            final TwinCollection patch = new TwinCollection();
            patch.put("interval", 5);
            patch.put("firmware", Map.of("version", "1.2"));
            final int version = answered(() -> client.updateReportedProperties(patch, PATIENCE_MILLIS)).getVersion();
            assertEquals(emulator.twins().reported(KEY).get("$version").asInt(), version);
            assertEquals("1.2", emulator.twins().reported(KEY).at("/firmware/version").asText());
            patch.clear();
            patch.put("interval", null);
            patch.setVersion(1);
            assertEquals(IotHubStatusCode.PRECONDITION_FAILED, assertThrows(IotHubClientException.class,
                    () -> answered(() -> client.updateReportedProperties(patch, PATIENCE_MILLIS))).getStatusCode());
            patch.setVersion(null);
            answered(() -> client.updateReportedProperties(patch, PATIENCE_MILLIS));
            assertTrue(emulator.twins().reported(KEY).path("interval").isMissingNode());
            emulator.twins().patchDesired(DEVICE, "{\"interval\":6}");
            Conditions.await(() -> !pushes.isEmpty());
            assertEquals(6.0, ((Number) pushes.getFirst().getDesiredProperties().get("interval")).doubleValue());
            assertEquals(3, pushes.getFirst().getDesiredProperties().getVersion());
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = IotHubClientProtocol.class, names = {"MQTT", "MQTT_WS"})
    void testDirectMethods(final IotHubClientProtocol protocol) throws Exception {
        final DeviceClient client = client(protocol);
        try {
            client.open(false);
            client.subscribeToMethods((name, payload, context) -> new DirectMethodResponse(name.equals("reboot") ? 200 : 404,
                    Map.of("echo", payload.getPayloadAsJsonString())), null);
            final MethodAnswer answer = emulator.methods().call(DEVICE, "reboot", "{\"delay\":5}").get(10, TimeUnit.SECONDS);
            assertEquals(200, answer.status());
            assertEquals("{\"delay\":5}", answer.payload().get("echo").asText());
            final CompletableFuture<MethodAnswer> unknown = emulator.methods().call(DEVICE, "dance", "1");
            assertEquals(404, unknown.get(10, TimeUnit.SECONDS).status());
        } finally {
            client.close();
        }
    }

    /**
     * This client can lose an answer that it has received: it hands the answer to a second thread, which forgets whom the answer is for, before the first
     * thread looks that up.
     */
    private static <T> T answered(final Callable<T> request) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return request.call();
            } catch (final IotHubClientException e) {
                if (e.getStatusCode() != IotHubStatusCode.DEVICE_OPERATION_TIMED_OUT) {
                    throw e;
                }
            }
        }

        return fail();
    }

    private DeviceClient client(final IotHubClientProtocol protocol) {
        return new DeviceClient(emulator.connectionString(DEVICE).text(), protocol,
                ClientOptions.builder().sslContext(RawMqttClient.trusting(emulator.trustAnchor())).build());
    }
}
