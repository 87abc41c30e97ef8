/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.PropertyDescriptor;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.processor.VerifiableProcessor;
import org.apache.nifi.util.MockProcessContext;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids and values that come with the data, or from a wrong clipboard: what the texts about them hold. */
class ForeignValueTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String CONNECTION_STRING = "HostName=contoso.azure-devices.net;DeviceId=dev-001;SharedAccessKey=" + KEY;

    private final FakeConnectionService service = new FakeConnectionService();

    private TestRunner runner;

    @BeforeEach
    void setRunner() throws Exception {
        start(new PublishToIoTHub());
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${device}");
    }

    private void start(final Processor processor) throws Exception {
        runner = TestRunners.newTestRunner(processor);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
    }

    @Test
    void testIdOfAMegabyteMakesNoTextOfAMegabyte() {
        assertRefused("x".repeat(1_000_000), "Device ID [" + "x".repeat(100) + "... (1,000,000 characters)] has 1,000,000 characters, IoT Hub allows 128");
    }

    @Test
    void testIdForgesNoLine() {
        assertRefused("press-7\n2026-01-01 ERROR forged", "Device ID [press-7\\u000A2026-01-01 ERROR forged] has U+000A LINE FEED (LF) at position 8, "
                + "which no id of IoT Hub over MQTT can have");
    }

    @Test
    void testInvisibleCharacterIsNamed() {
        assertRefused("press-7\u200B", "Device ID [press-7\\u200B] has U+200B ZERO WIDTH SPACE at position 8, which no id of IoT Hub over MQTT can have");
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECTION_STRING, "DeviceId=d;SharedAccessKey=" + KEY, KEY})
    void testSecretIsNoId(final String secret) {
        final String reason = assertRefused(secret, null);
        assertTrue(reason.contains("characters that look like a"), reason);
        assertFalse(reason.contains("AAEC"), reason);
    }

    private String assertRefused(final String deviceId, final String expected) {
        runner.enqueue("1", Map.of("device", deviceId));
        runner.run();
        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_FAILURE, 1);
        final String reason = runner.getFlowFilesForRelationship(PublishToIoTHub.REL_FAILURE).getFirst().getAttribute(IoTHubAttributes.FAILURE_REASON);
        if (expected != null) {
            assertEquals(expected, reason);
        }
        Stream.of(runner.getLogger().getErrorMessages(), runner.getLogger().getWarnMessages()).flatMap(List::stream).forEach(message -> {
            final String text = message.getMsg() + Arrays.toString(message.getArgs());
            assertTrue(text.length() < 2_500 && text.lines().count() == 1 && !text.contains("AAEC"), text);
        });

        final MockProcessContext context = (MockProcessContext) runner.getProcessContext();
        final List<ConfigVerificationResult> results = ((VerifiableProcessor) runner.getProcessor()).verify(context, runner.getLogger(), Map.of("device", deviceId));
        assertEquals(reason, results.getFirst().getExplanation());
        return reason;
    }

    static Stream<Processor> processors() {
        return Stream.of(new PublishToIoTHub(), new UpdateTwin(), new GetTwin(), new ConsumeC2D(), new ConsumeDesiredProperties(), new ConsumeDirectMethod(),
                new RespondDirectMethod(), new RegisterWithDPS());
    }

    @ParameterizedTest
    @MethodSource("processors")
    void testValidationRepeatsNoSecret(final Processor processor) {
        final TestRunner validated = TestRunners.newTestRunner(processor);
        for (final PropertyDescriptor property : processor.getPropertyDescriptors()) {
            if (property.getAllowableValues() == null && property.getControllerServiceDefinition() == null) {
                for (final String secret : List.of(CONNECTION_STRING, KEY, KEY.substring(0, 22), KEY.substring(22), "\"" + KEY)) {
                    final ValidationResult result = validated.setProperty(property, secret);
                    assertTrue(result.isValid() || !result.toString().contains("AAEC") && !result.toString().contains("AREh"), result.toString());
                    validated.removeProperty(property);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Device ID", "Module ID"})
    void testConnectionStringIsNoValidId(final String property) {
        final ValidationResult result = runner.setProperty(property, CONNECTION_STRING);
        assertTrue(result.getExplanation().startsWith("it is no id but looks like a connection string with a key"), result.toString());
    }

    static Stream<Processor> processorsOfOneDevice() {
        return Stream.of(new PublishToIoTHub(), new UpdateTwin(), new GetTwin(), new ConsumeC2D(), new ConsumeDesiredProperties(), new ConsumeDirectMethod());
    }

    @ParameterizedTest
    @MethodSource("processorsOfOneDevice")
    void testNoDeviceIdAnywhereIsInvalid(final Processor processor) throws Exception {
        start(processor);
        runner.assertNotValid();
        runner.setProperty(IoTHubProperties.DEVICE_ID, "press-7");
        runner.assertValid();
        runner.removeProperty(IoTHubProperties.DEVICE_ID);
        service.setConfiguredIdentity(DeviceIdentity.ofDevice("press-8"));
        runner.assertValid();
    }
}
