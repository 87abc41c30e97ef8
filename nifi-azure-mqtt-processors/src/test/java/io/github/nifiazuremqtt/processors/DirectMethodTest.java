/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MethodRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.processor.Processor;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DirectMethodTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.of("edge", "filter");

    private static final Map<String, String> REQUEST = Map.of("iothub.device.id", "edge", "iothub.module.id", "filter", "iothub.request.id", "c1-7",
            "iothub.method.name", "reboot");

    private final FakeConnectionService service = new FakeConnectionService();

    @Test
    void testReceive() throws InitializationException {
        final TestRunner runner = consumer();
        service.methods().arrive(List.of(request("c1-7", "reboot", "{\"delay\":5}"), request("c1-8", "reboot", "")));

        runner.run();

        final List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(SourceProperties.REL_SUCCESS);
        assertEquals(List.of("{\"delay\":5}", ""), flowFiles.stream().map(MockFlowFile::getContent).toList());
        REQUEST.forEach(flowFiles.getFirst()::assertAttributeEquals);
        flowFiles.getFirst().assertAttributeEquals("iothub.hostname", FakeConnectionService.HOST_NAME);
        flowFiles.getFirst().assertAttributeEquals("mime.type", "application/json");
        assertEquals("mqtts://contoso.azure-devices.net/devices/edge/modules/filter/methods/reboot", runner.getProvenanceEvents().getFirst().getTransitUri());
        assertEquals(2, runner.getCounterValue(ConsumeDirectMethod.COUNTER_RECEIVED));
        assertEquals(2, service.methods().getAcknowledged().size());
        assertEquals(List.of(), service.device(DEVICE).getResponses());
    }

    @Test
    void testReceiveUnknownMethod() throws InitializationException {
        final TestRunner runner = consumer();
        runner.setProperty(ConsumeDirectMethod.METHOD_NAMES, "reboot, readLog");
        service.methods().arrive(List.of(request("c1-7", "format", ""), request("c1-8", "readLog", "")));

        runner.run();

        runner.assertTransferCount(SourceProperties.REL_SUCCESS, 1);
        assertEquals(List.of("c1-7 404 {\"message\":\"The device does not know the method [format]\"}"), service.device(DEVICE).getResponses());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testRespond() throws InitializationException {
        final TestRunner runner = responder();
        runner.enqueue("{\"ok\":true}", REQUEST);

        runner.run();

        runner.assertAllFlowFilesTransferred(RespondDirectMethod.REL_SUCCESS, 1);
        assertEquals(List.of("c1-7 200 {\"ok\":true}"), service.device(DEVICE).getResponses());
        assertEquals(ProvenanceEventType.SEND, runner.getProvenanceEvents().getFirst().getEventType());
        assertEquals("mqtts://contoso.azure-devices.net/devices/edge/modules/filter/methods/reboot", runner.getProvenanceEvents().getFirst().getTransitUri());
        assertEquals(1, runner.getCounterValue(RespondDirectMethod.COUNTER_ANSWERED));
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testRespondStatusCode() throws InitializationException {
        final TestRunner runner = responder();
        runner.setProperty(RespondDirectMethod.STATUS_CODE, "${status}");
        runner.enqueue("", Map.of("iothub.device.id", "pump", "iothub.request.id", "c2-1", "status", "503"));

        runner.run();

        assertEquals(List.of("c2-1 503 "), service.device("pump").getResponses());
    }

    @Test
    void testRespondNotPossible() throws InitializationException {
        for (final FailureCategory category : List.of(FailureCategory.EXPIRED, FailureCategory.CONNECTION_LOST)) {
            final TestRunner runner = responder();
            service.device(DEVICE).setResponseAnswer(CompletableFuture.failedFuture(new IoTHubException(category, "because " + category)));
            runner.enqueue("{}", REQUEST);

            runner.run();

            assertEquals("because " + category, failureReason(runner));
        }
        assertEquals(List.of("c1-7 200 {}", "c1-7 200 {}"), service.device(DEVICE).getResponses());
    }

    @Test
    void testRespondInvalidContentTellsCaller() throws InitializationException {
        final TestRunner runner = responder();
        service.device(DEVICE).setResponseAnswer(CompletableFuture.failedFuture(new IoTHubException(FailureCategory.INVALID_CONTENT, "No JSON")));
        runner.enqueue("oops", REQUEST);

        runner.run();

        assertTrue(failureReason(runner).startsWith("The content is no JSON, line 1, column 1: [oops] is not expected"), failureReason(runner));
        assertEquals(1, service.device(DEVICE).getResponses().size());
        assertTrue(service.device(DEVICE).getResponses().getFirst().startsWith("c1-7 500 {\"message\":\"The content is no JSON, line 1, column 1: [oops]"));
    }

    @Test
    void testRespondWhatTheServiceRefusesTellsCaller() throws InitializationException {
        final TestRunner runner = responder();
        service.device(DEVICE).setResponseAnswer(CompletableFuture.failedFuture(new IoTHubException(FailureCategory.INVALID_CONTENT, "Too much")));
        runner.enqueue("{}", REQUEST);

        runner.run();

        assertEquals("Too much", failureReason(runner));
        assertEquals(List.of("c1-7 200 {}", "c1-7 500 {\"message\":\"Too much\"}"), service.device(DEVICE).getResponses());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-2147467259", "-1", "99999999999", "2147483648", "OK", "200 OK", "2e2", "0x1F4", "200.0", "", " "})
    void testRespondStatusThatIsNoNumberTellsCaller(final String status) throws InitializationException {
        final TestRunner runner = responder();
        runner.setProperty(RespondDirectMethod.STATUS_CODE, "${status}");
        final Map<String, String> attributes = new HashMap<>(REQUEST);
        attributes.put("status", status);
        runner.enqueue("{}", attributes);

        runner.run();

        final String reason = "Status Code [%s] is not a whole number from 0 to 2147483647, which is what callers can take".formatted(status);
        assertEquals(reason, failureReason(runner));
        assertEquals(List.of("c1-7 500 {\"message\":\"%s\"}".formatted(reason)), service.device(DEVICE).getResponses());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testRespondStatusThatIsMissingTellsCaller() throws InitializationException {
        final TestRunner runner = responder();
        runner.setProperty(RespondDirectMethod.STATUS_CODE, "${status}");
        runner.enqueue("{}", REQUEST);

        runner.run();

        assertTrue(failureReason(runner).startsWith("Status Code [] is not a whole number"), failureReason(runner));
        assertTrue(service.device(DEVICE).getResponses().getFirst().startsWith("c1-7 500 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "404", "2147483647", " 503 "})
    void testRespondStatusOfAnyNumber(final String status) throws InitializationException {
        final TestRunner runner = responder();
        runner.setProperty(RespondDirectMethod.STATUS_CODE, "${status}");
        final Map<String, String> attributes = new HashMap<>(REQUEST);
        attributes.put("status", status);
        runner.enqueue("{}", attributes);

        runner.run();

        runner.assertAllFlowFilesTransferred(RespondDirectMethod.REL_SUCCESS, 1);
        assertEquals(List.of("c1-7 %s {}".formatted(status.strip())), service.device(DEVICE).getResponses());
    }

    @Test
    void testStatusCodeThatCanNeverBeSentIsNotValid() throws InitializationException {
        final TestRunner runner = responder();
        for (final String status : List.of("-2147467259", "ok", "99999999999", "1.5")) {
            runner.setProperty(RespondDirectMethod.STATUS_CODE, status);
            runner.assertNotValid();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE"})
    void testRespondInUtf8(final String encoding) throws InitializationException {
        final TestRunner runner = responder();
        runner.enqueue("{\"ok\":\"\u00e9\"}".getBytes(Charset.forName(encoding)), REQUEST);
        runner.enqueue("17".getBytes(Charset.forName(encoding)), REQUEST);

        runner.run();

        runner.assertAllFlowFilesTransferred(RespondDirectMethod.REL_SUCCESS, 2);
        assertEquals(List.of("c1-7 200 {\"ok\":\"\u00e9\"}", "c1-7 200 17"), service.device(DEVICE).getResponses());
    }

    @Test
    void testRespondContentTooLargeTellsCaller() throws InitializationException {
        final TestRunner runner = responder();
        runner.enqueue(new byte[128 * 1024 + 1], REQUEST);

        runner.run();

        assertEquals("The content has 131073 bytes, the answer to a direct method can have 131072", failureReason(runner));
        assertEquals(1, service.device(DEVICE).getResponses().size());
        assertTrue(service.device(DEVICE).getResponses().getFirst().startsWith("c1-7 500 "));
    }

    @Test
    void testRespondNoRequest() throws InitializationException {
        final TestRunner runner = responder();
        runner.enqueue("{}", Map.of("iothub.device.id", "pump"));

        runner.run();

        assertEquals("The FlowFile names no call: there is no Request ID", failureReason(runner));
    }

    @Test
    void testRespondExpressionFails() throws InitializationException {
        final TestRunner runner = responder();
        runner.setProperty(RespondDirectMethod.REQUEST_ID, "${call:toDate('yyyy'):format('D')}");
        runner.enqueue("{}", Map.of("iothub.device.id", "pump", "call", "no date"));

        runner.run();

        assertTrue(failureReason(runner).startsWith("Request ID cannot be evaluated"), failureReason(runner));
        assertEquals(0, service.countOpenLeases());
    }

    private TestRunner consumer() throws InitializationException {
        final TestRunner runner = runner(new ConsumeDirectMethod());
        runner.setProperty(SourceProperties.DEVICE_ID, DEVICE.deviceId());
        runner.setProperty(SourceProperties.MODULE_ID, DEVICE.moduleId());
        return runner;
    }

    private TestRunner responder() throws InitializationException {
        return runner(new RespondDirectMethod());
    }

    private TestRunner runner(final Processor processor) throws InitializationException {
        final TestRunner runner = TestRunners.newTestRunner(processor);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        return runner;
    }

    private static String failureReason(final TestRunner runner) {
        runner.assertAllFlowFilesTransferred(RespondDirectMethod.REL_FAILURE, 1);
        return runner.getFlowFilesForRelationship(RespondDirectMethod.REL_FAILURE).getFirst().getAttribute("iothub.failure.reason");
    }

    private static MethodRequest request(final String requestId, final String name, final String payload) {
        return new MethodRequest(DEVICE, FakeConnectionService.HOST_NAME, FakeConnectionService.endpointUri(DEVICE), requestId, name,
                payload.getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
    }
}
