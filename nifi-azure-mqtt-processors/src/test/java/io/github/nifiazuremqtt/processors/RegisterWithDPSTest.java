/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.nifi.processor.Relationship;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.LogMessage;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

@Timeout(60)
class RegisterWithDPSTest {

    private final FakeProvisioningService service = new FakeProvisioningService();

    private final RegisterWithDPS processor = new RegisterWithDPS();

    private final TestRunner runner = TestRunners.newTestRunner(processor);

    @BeforeEach
    void setRunner() throws InitializationException {
        runner.addControllerService(FakeProvisioningService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(RegisterWithDPS.PROVISIONING_SERVICE, FakeProvisioningService.IDENTIFIER);
    }

    @Test
    void testRegister() {
        runner.setProperty(RegisterWithDPS.REGISTRATION_TIMEOUT, "42 sec");
        runner.enqueue("ignored", Map.of("iothub.device.id", "sn-007", "iothub.failure.reason", "of an earlier attempt"));

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_SUCCESS, 1);
        final MockFlowFile registered = runner.getFlowFilesForRelationship(RegisterWithDPS.REL_SUCCESS).getFirst();
        registered.assertContentEquals("{\"status\":\"assigned\",\"of\":\"sn-007\"}");
        registered.assertAttributeEquals("mime.type", "application/json");
        registered.assertAttributeEquals("dps.registration.id", "sn-007");
        registered.assertAttributeEquals("dps.status", "assigned");
        registered.assertAttributeEquals("dps.substatus", "initialAssignment");
        registered.assertAttributeEquals("dps.operation.id", "5.0");
        registered.assertAttributeEquals("iothub.hostname", "hub.example");
        registered.assertAttributeEquals("iothub.device.id", "device-sn-007");
        registered.assertAttributeNotExists("iothub.failure.reason");
        assertEquals(0, service.requests.getFirst().payload().length);
        assertEquals(Duration.ofSeconds(42), service.timeouts.getFirst());
        assertEquals(1, runner.getCounterValue(RegisterWithDPS.COUNTER_REGISTERED));
        assertNull(runner.getCounterValue(RegisterWithDPS.COUNTER_REFUSED));

        final ProvenanceEventRecord event = runner.getProvenanceEvents().getFirst();
        assertEquals(ProvenanceEventType.SEND, event.getEventType());
        assertEquals("mqtts://dps.example/0ne00000001/registrations/sn-007", event.getTransitUri());
    }

    @Test
    void testRegisterPayloadProperty() {
        runner.setProperty(RegisterWithDPS.PAYLOAD_SOURCE, RegistrationPayload.PROPERTY);
        runner.setProperty(RegisterWithDPS.PAYLOAD, "{\"site\":\"${site}\"}");
        runner.enqueue("ignored", Map.of("iothub.device.id", "sn-007", "site", "north"));

        runner.run();

        assertEquals("{\"site\":\"north\"}", payload(0));
    }

    @Test
    void testRegisterPayloadContent() {
        runner.setProperty(RegisterWithDPS.PAYLOAD_SOURCE, RegistrationPayload.CONTENT);
        runner.enqueue("{\"site\":\"north\"}", Map.of("iothub.device.id", "sn-007"));
        runner.enqueue("", Map.of("iothub.device.id", "sn-008"));
        runner.enqueue(new byte[98_305], Map.of("iothub.device.id", "sn-009"));

        runner.run();

        assertEquals(List.of("sn-007"), service.registrationIds());
        assertEquals("{\"site\":\"north\"}", payload(0));
        runner.assertTransferCount(RegisterWithDPS.REL_FAILURE, 2);
    }

    @Test
    void testRegisterPayloadContentInUtf8() {
        runner.setProperty(RegisterWithDPS.PAYLOAD_SOURCE, RegistrationPayload.CONTENT);
        for (final String encoding : List.of("UTF-8", "UTF-16", "UTF-16LE", "UTF-32")) {
            runner.enqueue("{\"site\":\"n\u00f6rdlich\"}".getBytes(Charset.forName(encoding)), Map.of("iothub.device.id", "sn-007"));
        }
        runner.enqueue("\uFEFF{\"site\":\"n\u00f6rdlich\"}", Map.of("iothub.device.id", "sn-007"));

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_SUCCESS, 5);
        for (int index = 0; index < 5; index++) {
            assertEquals("{\"site\":\"n\u00f6rdlich\"}", payload(index));
        }
    }

    @Test
    void testRegisterPayloadContentThatIsNone() {
        runner.setProperty(RegisterWithDPS.PAYLOAD_SOURCE, RegistrationPayload.CONTENT);
        runner.enqueue("{\"site\":NaN}", Map.of("iothub.device.id", "sn-007"));
        runner.enqueue("[1]", Map.of("iothub.device.id", "sn-008"));
        runner.enqueue(new byte[]{'{', (byte) 0xE9, '}'}, Map.of("iothub.device.id", "sn-009"));

        runner.run();

        assertTrue(service.requests.isEmpty());
        final List<String> reasons = runner.getFlowFilesForRelationship(RegisterWithDPS.REL_FAILURE).stream()
                .map(flowFile -> flowFile.getAttribute("iothub.failure.reason")).toList();
        assertTrue(reasons.get(0).startsWith("The content is no JSON, line 1, column 9: [NaN] is not expected"), reasons::toString);
        assertTrue(reasons.get(1).startsWith("The content is not a JSON object"), reasons::toString);
        assertTrue(reasons.get(2).startsWith("The content is not UTF-8: its byte 2 is 0xE9"), reasons::toString);
    }

    @Test
    void testRegisterWithoutRegistrationId() {
        runner.enqueue("");

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_FAILURE, 1);
        assertTrue(service.requests.isEmpty());
        runner.getFlowFilesForRelationship(RegisterWithDPS.REL_FAILURE).getFirst()
                .assertAttributeEquals("iothub.failure.reason", "Registration ID is empty for this FlowFile");
    }

    @Test
    void testRegisterExpressionFails() {
        runner.setProperty(RegisterWithDPS.REGISTRATION_ID, "press-${line:toDate('yyyy'):format('D')}");
        runner.enqueue("", Map.of("line", "no date"));

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_FAILURE, 1);
        assertTrue(runner.getFlowFilesForRelationship(RegisterWithDPS.REL_FAILURE).getFirst().getAttribute("iothub.failure.reason")
                .startsWith("Registration ID cannot be evaluated"));
    }

    @ParameterizedTest
    @EnumSource(value = FailureCategory.class, names = {"UNAUTHORIZED", "REFUSED", "INVALID_CONTENT", "INVALID_CONFIGURATION"})
    void testRegisterRefused(final FailureCategory category) {
        service.failures.put("sn-007", FakeProvisioningService.failure(category, 401, "{\"status\":\"disabled\"}"));
        runner.enqueue("content", Map.of("iothub.device.id", "sn-007"));

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_FAILURE, 1);
        final MockFlowFile refused = runner.getFlowFilesForRelationship(RegisterWithDPS.REL_FAILURE).getFirst();
        refused.assertContentEquals("content");
        refused.assertAttributeEquals("iothub.device.id", "sn-007");
        refused.assertAttributeEquals("dps.registration.id", "sn-007");
        refused.assertAttributeEquals("dps.status", "disabled");
        refused.assertAttributeEquals("iothub.failure.reason", "Because " + category);
        refused.assertAttributeEquals("iothub.status.code", "401");
        refused.assertAttributeEquals("iothub.error.code", "401002");
        refused.assertAttributeEquals("iothub.tracking.id", "t-1");
        assertEquals(1, runner.getCounterValue(RegisterWithDPS.COUNTER_REFUSED));
        assertTrue(runner.getProvenanceEvents().stream().noneMatch(event -> event.getEventType() == ProvenanceEventType.SEND));
    }

    @ParameterizedTest
    @EnumSource(value = FailureCategory.class, mode = Mode.INCLUDE,
            names = {"NOT_CONNECTED", "CONNECTION_LOST", "TIMED_OUT", "THROTTLED", "SERVER_ERROR", "CLOSED", "LIMIT_REACHED"})
    void testRegisterTransientFailureKeepsFlowFile(final FailureCategory category) {
        service.failures.put("sn-007", new IoTHubException(category, "Try later"));
        runner.enqueue("content", Map.of("iothub.device.id", "sn-007"));
        runner.enqueue("content", Map.of("iothub.device.id", "sn-008"));

        runner.run(1, false);
        runner.run(1, true, false);

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_SUCCESS, 1);
        assertEquals(1, runner.getQueueSize().getObjectCount());
        assertEquals(1, runner.getPenalizedFlowFiles().stream().map(flowFile -> flowFile.getAttribute("iothub.device.id")).distinct().count());
        final List<LogMessage> bulletins = category.needsPerson() ? runner.getLogger().getErrorMessages() : runner.getLogger().getWarnMessages();
        assertEquals(1, bulletins.size());
        assertTrue(bulletins.getFirst().getMsg().contains("1 device is not registered yet and stays in the queue, [sn-007]: Try later"));
    }

    @Test
    void testStopEndsWhatIsUnderWayAndCommitsWhatIsComplete() throws Exception {
        service.open.put("sn-007", new CompletableFuture<>());
        runner.enqueue("content", Map.of("iothub.device.id", "sn-007"));
        runner.enqueue("content", Map.of("iothub.device.id", "sn-008"));
        final Thread trigger = Thread.ofPlatform().start(() -> runner.run(1, false));
        Await.until(() -> service.requests.size() == 2);
        processor.onUnscheduled();
        trigger.join(10_000);

        assertFalse(trigger.isAlive());
        assertTrue(service.open.get("sn-007").isCancelled());
        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_SUCCESS, 1);
        assertEquals(1, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testRelationshipsOfLists() throws InitializationException {
        assertEquals(2, processor.getRelationships().size());
        setRecords();
        assertEquals(4, processor.getRelationships().size());
        runner.removeProperty(RegisterWithDPS.RECORD_READER);
        assertEquals(2, processor.getRelationships().size());
    }

    @Test
    void testRegisterListWithPartialFailure() throws InitializationException {
        setRecords();
        service.failures.put("b", FakeProvisioningService.failure(FailureCategory.UNAUTHORIZED, 401, "{}"));
        runner.enqueue("""
                {"registrationId":"a","site":"north","dpsFailureReason":"of an earlier attempt"}
                {"registrationId":"b","site":"south"}
                {"site":"nowhere"}
                """, Map.of("filename", "list"));

        runner.run();

        runner.assertTransferCount(RegisterWithDPS.REL_ORIGINAL, 1);
        final MockFlowFile assigned = only(RegisterWithDPS.REL_SUCCESS);
        assigned.assertContentEquals("""
                {"registrationId":"a","site":"north","dpsStatus":"assigned","dpsSubstatus":"initialAssignment","dpsAssignedHub":"hub.example",\
                "dpsDeviceId":"device-a","dpsOperationId":"5.0"}
                """);
        assigned.assertAttributeEquals("record.count", "1");
        assigned.assertAttributeEquals("mime.type", "application/x-ndjson");
        assigned.assertAttributeEquals("filename", "list");
        final MockFlowFile refused = only(RegisterWithDPS.REL_FAILURE);
        refused.assertContentEquals("""
                {"registrationId":"b","site":"south","dpsFailureReason":"Because UNAUTHORIZED","dpsStatusCode":401,"dpsErrorCode":401002,"dpsTrackingId":"t-1"}
                {"site":"nowhere","dpsFailureReason":"The record has no registration id in its field [registrationId]"}
                """);
        refused.assertAttributeEquals("record.count", "2");
        final MockFlowFile original = only(RegisterWithDPS.REL_ORIGINAL);
        original.assertAttributeEquals("record.count", "3");
        original.assertAttributeNotExists("dps.records.done");
        assertEquals(1, runner.getCounterValue(RegisterWithDPS.COUNTER_REGISTERED));
        assertEquals(2, runner.getCounterValue(RegisterWithDPS.COUNTER_REFUSED));
    }

    @Test
    void testRegisterListPayloadIsTheRecord() throws InitializationException {
        setRecords();
        runner.setProperty(RegisterWithDPS.PAYLOAD_SOURCE, RegistrationPayload.CONTENT);
        runner.enqueue("{\"registrationId\":\"a\",\"site\":\"north\"}");

        runner.run();

        assertEquals("{\"registrationId\":\"a\",\"site\":\"north\"}", payload(0));
    }

    @Test
    void testRegisterLongListInParts() throws InitializationException {
        setRecords();
        runner.enqueue(list(1200));

        runner.run(1, false);
        assertEquals(500, service.requests.size());
        assertEquals(1, runner.getQueueSize().getObjectCount());
        runner.assertTransferCount(RegisterWithDPS.REL_ORIGINAL, 0);
        runner.assertTransferCount(RegisterWithDPS.REL_SUCCESS, 1);
        runner.run(2, true, false);

        runner.assertTransferCount(RegisterWithDPS.REL_SUCCESS, 3);
        runner.assertTransferCount(RegisterWithDPS.REL_FAILURE, 0);
        only(RegisterWithDPS.REL_ORIGINAL).assertAttributeEquals("record.count", "1200");
        assertEquals(1200, service.registrationIds().stream().distinct().count());
        assertEquals(1200, service.requests.size());
    }

    @Test
    void testRegisterListTransientFailureIsTriedAgainAlone() throws InitializationException {
        setRecords();
        service.failures.put("sn-2", new IoTHubException(FailureCategory.THROTTLED, "Try later"));
        runner.enqueue(list(3));
        runner.run(1, false);
        assertEquals(1, runner.getPenalizedFlowFiles().size());
        assertEquals("1 3", runner.getPenalizedFlowFiles().getFirst().getAttribute("dps.records.done"));
        service.failures.clear();
        runner.run(1, true, false);

        assertEquals(List.of("sn-1", "sn-2", "sn-3", "sn-2"), service.registrationIds());
        runner.assertTransferCount(RegisterWithDPS.REL_ORIGINAL, 1);
        runner.assertTransferCount(RegisterWithDPS.REL_SUCCESS, 2);
    }

    @Test
    void testRegisterListThatCannotBeRead() throws InitializationException {
        setRecords();
        runner.enqueue("{\"registrationId\":\"a\"}\nno json\n");

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_PARSE_FAILURE, 1);
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void testRegisterListWhosePayloadFails() throws InitializationException {
        setRecords();
        runner.setProperty(RegisterWithDPS.PAYLOAD_SOURCE, RegistrationPayload.PROPERTY);
        runner.setProperty(RegisterWithDPS.PAYLOAD, "{\"year\":\"${line:toDate('yyyy'):format('D')}\"}");
        runner.enqueue("{\"registrationId\":\"a\"}\n", Map.of("line", "no date"));

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_PARSE_FAILURE, 1);
        assertTrue(service.requests.isEmpty());
    }

    @Test
    void testRegisterEmptyList() throws InitializationException {
        setRecords();
        runner.enqueue("");

        runner.run();

        runner.assertAllFlowFilesTransferred(RegisterWithDPS.REL_ORIGINAL, 1);
    }

    private void setRecords() throws InitializationException {
        final JsonLinesReader reader = new JsonLinesReader();
        runner.addControllerService(JsonLinesReader.IDENTIFIER, reader);
        runner.enableControllerService(reader);
        runner.setProperty(RegisterWithDPS.RECORD_READER, JsonLinesReader.IDENTIFIER);
        final JsonLinesWriter writer = new JsonLinesWriter();
        runner.addControllerService(JsonLinesWriter.IDENTIFIER, writer);
        runner.enableControllerService(writer);
        runner.setProperty(RegisterWithDPS.RECORD_WRITER, JsonLinesWriter.IDENTIFIER);
    }

    private MockFlowFile only(final Relationship relationship) {
        final List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(relationship);
        assertEquals(1, flowFiles.size());
        return flowFiles.getFirst();
    }

    private String payload(final int index) {
        return new String(service.requests.get(index).payload(), StandardCharsets.UTF_8);
    }

    private static String list(final int devices) {
        return IntStream.rangeClosed(1, devices).mapToObj("{\"registrationId\":\"sn-%d\"}"::formatted).collect(Collectors.joining("\n"));
    }
}
