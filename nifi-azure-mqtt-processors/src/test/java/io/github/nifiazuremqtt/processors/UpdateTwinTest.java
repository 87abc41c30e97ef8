/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UpdateTwinTest {

    private static final String DEVICE = "press-7";

    private final FakeConnectionService service = new FakeConnectionService();

    private TestRunner runner;

    @BeforeEach
    void setRunner() throws InitializationException {
        runner = TestRunners.newTestRunner(UpdateTwin.class);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, DEVICE);
    }

    @Test
    void testUpdate() {
        runner.enqueue("{ \"a\": 1.50 }");
        runner.enqueue("{\"b\":null}");

        runner.run();

        assertEquals(List.of("{ \"a\": 1.50 }", "{\"b\":null}"), service.device(DEVICE).getPatches());
        assertEquals(List.of(OptionalLong.empty(), OptionalLong.empty()), service.device(DEVICE).getExpectedVersions());
        final List<MockFlowFile> updated = runner.getFlowFilesForRelationship(UpdateTwin.REL_SUCCESS);
        assertEquals(List.of("1", "2"), updated.stream().map(flowFile -> flowFile.getAttribute("iothub.twin.version")).toList());
        assertEquals(2, runner.getCounterValue(UpdateTwin.COUNTER_UPDATED));
        assertEquals(2, runner.getProvenanceEvents().stream().filter(event -> event.getEventType() == ProvenanceEventType.SEND).count());
        assertEquals("mqtts://contoso.azure-devices.net/devices/press-7/twin", runner.getProvenanceEvents().getFirst().getTransitUri());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testUpdateOfRefusedDeviceGoesToFailureInTime() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${device}");
        runner.setProperty(IoTHubProperties.FAILURE_STRATEGY, FailureStrategy.ROUTE_TO_FAILURE);
        runner.setProperty(IoTHubProperties.REFUSAL_TIMEOUT, "200 ms");
        service.device("ghost").disconnect(FailureCategory.UNAUTHORIZED);
        service.device("away").disconnect(FailureCategory.NOT_CONNECTED);
        runner.enqueue("{\"a\":1}", Map.of("device", "ghost"));
        runner.enqueue("{\"a\":2}", Map.of("device", "away"));
        runner.enqueue("{\"a\":3}", Map.of("device", "good"));

        runner.run(1, false);
        runner.assertTransferCount(UpdateTwin.REL_FAILURE, 0);
        Await.until(() -> {
            runner.run(1, false, false);
            return !runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).isEmpty();
        });

        runner.assertTransferCount(UpdateTwin.REL_SUCCESS, 1);
        runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).getFirst().assertAttributeEquals("iothub.failure.reason", "UNAUTHORIZED for [ghost]");
        assertEquals(1, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testUnexpectedFailureLosesNothing() {
        answer(service.device(DEVICE), List.of(CompletableFuture.completedFuture(1L), failed(FailureCategory.TIMED_OUT, null)));
        service.device(DEVICE).failEndpoint();
        runner.enqueue("{\"a\":1}");
        runner.enqueue("{\"a\":2}");

        assertThrows(AssertionError.class, () -> runner.run());

        assertEquals(2, runner.getQueueSize().getObjectCount());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testUnexpectedFailureForOneDeviceLosesNothing() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${device}");
        service.failUnexpectedly("broken");
        runner.enqueue("{\"a\":1}", Map.of("device", "good"));
        runner.enqueue("{\"a\":2}", Map.of("device", "broken"));
        runner.enqueue("{\"a\":3}", Map.of("device", "good"));

        assertThrows(AssertionError.class, () -> runner.run());

        assertEquals(3, runner.getQueueSize().getObjectCount());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testUpdateInvalid() {
        runner.enqueue("{\"a\":{\"b c\":1}}");
        runner.enqueue("no json");
        runner.enqueue("x".repeat(256 * 1024 + 1));
        runner.enqueue("{\"a\":1}");

        runner.run();

        assertEquals(List.of("{\"a\":1}"), service.device(DEVICE).getPatches());
        runner.assertTransferCount(UpdateTwin.REL_SUCCESS, 1);
        final List<MockFlowFile> failed = runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE);
        assertEquals(3, failed.size());
        failed.getFirst().assertAttributeEquals("iothub.failure.reason", "[a.b c] has a key with a dot, a dollar sign, a space or a control character");
    }

    @Test
    void testUpdateRefused() {
        answer(service.device(DEVICE), List.of(failed(FailureCategory.REFUSED, new HubError(400, 400004, "A1-G:0", "{\"errorCode\":400004}", null)),
                failed(FailureCategory.VERSION_CONFLICT, new HubError(412, null, null, "", null)),
                CompletableFuture.completedFuture(9L)));
        runner.enqueue("{\"a\":1}");
        runner.enqueue("{\"a\":2}");
        runner.enqueue("{\"a\":3}");

        runner.run();

        final List<MockFlowFile> failed = runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE);
        assertEquals(2, failed.size());
        failed.get(0).assertAttributeEquals("iothub.status.code", "400");
        failed.get(0).assertAttributeEquals("iothub.error.code", "400004");
        failed.get(0).assertAttributeEquals("iothub.tracking.id", "A1-G:0");
        failed.get(0).assertAttributeEquals("iothub.error.body", "{\"errorCode\":400004}");
        failed.get(1).assertAttributeEquals("iothub.status.code", "412");
        failed.get(1).assertAttributeNotExists("iothub.error.code");
        runner.assertTransferCount(UpdateTwin.REL_SUCCESS, 1);
    }

    @Test
    void testUpdateThatFailsForNowIsAppliedAgainInOrder() {
        for (final FailureCategory category : List.of(FailureCategory.THROTTLED, FailureCategory.SERVER_ERROR, FailureCategory.TIMED_OUT,
                FailureCategory.CONNECTION_LOST)) {
            final FakeDevice device = service.device("device-" + category);
            runner.setProperty(IoTHubProperties.DEVICE_ID, "device-" + category);
            answer(device, List.of(CompletableFuture.completedFuture(1L), failed(category, null), CompletableFuture.completedFuture(2L),
                    CompletableFuture.completedFuture(3L), CompletableFuture.completedFuture(4L)));
            runner.enqueue("{\"a\":1}");
            runner.enqueue("{\"a\":2}");
            runner.enqueue("{\"a\":3}");

            runner.run();

            runner.assertTransferCount(UpdateTwin.REL_SUCCESS, 1);
            assertEquals(2, runner.getQueueSize().getObjectCount());
            assertTrue(runner.isYieldCalled());
            assertTrue(runner.getPenalizedFlowFiles().isEmpty());

            runner.run();

            assertEquals(List.of("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":2}", "{\"a\":3}"), device.getPatches());
            runner.assertAllFlowFilesTransferred(UpdateTwin.REL_SUCCESS, 3);
            runner.clearTransferState();
        }
    }

    @Test
    void testUpdateSendsWithoutWaiting() throws Exception {
        final List<CompletableFuture<Long>> answers = new ArrayList<>();
        final FakeDevice device = service.device(DEVICE);
        device.setPatchAnswer(patch -> {
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        });
        runner.enqueue("{\"a\":1}");
        runner.enqueue("{\"a\":2}");

        final CompletableFuture<Void> trigger = CompletableFuture.runAsync(() -> runner.run(1, true, true, 60_000));
        Await.until(() -> device.getPatches().size() == 2);
        answers.get(1).complete(2L);
        answers.get(0).complete(1L);
        trigger.get();

        runner.assertAllFlowFilesTransferred(UpdateTwin.REL_SUCCESS, 2);
    }

    @Test
    void testUpdateExpectedVersion() {
        runner.setProperty(UpdateTwin.EXPECTED_VERSION, "${version}");
        runner.enqueue("{\"a\":1}", Map.of("version", "7"));
        runner.enqueue("{\"a\":2}", Map.of("version", "8"));

        runner.run();

        assertEquals(List.of(OptionalLong.of(7)), service.device(DEVICE).getExpectedVersions());
        assertEquals(1, runner.getQueueSize().getObjectCount());

        runner.run();

        assertEquals(List.of(OptionalLong.of(7), OptionalLong.of(8)), service.device(DEVICE).getExpectedVersions());

        runner.enqueue("{\"a\":3}", Map.of("version", "latest"));
        runner.run();

        runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).getFirst()
                .assertAttributeEquals("iothub.failure.reason", "Expected Version [latest] is not a whole number");
    }

    @Test
    void testUpdateUnreachableDeviceIsHeld() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        service.device("dead").disconnect(FailureCategory.NOT_CONNECTED);
        runner.enqueue("{\"a\":1}", Map.of("iothub.device.id", "dead"));
        runner.enqueue("{\"a\":2}", Map.of("iothub.device.id", "alive"));

        runner.run();

        assertEquals(List.of("{\"a\":2}"), service.device("alive").getPatches());
        assertEquals(1, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testAcknowledgeDesiredProperties() {
        runner.setProperty(UpdateTwin.CONTENT_STRATEGY, TwinContent.DESIRED_PROPERTIES);
        runner.setProperty(UpdateTwin.ACKNOWLEDGMENT_CODE, "${code}");
        runner.setProperty(UpdateTwin.ACKNOWLEDGMENT_DESCRIPTION, "${text}");
        runner.enqueue("{\"interval\":5,\"gone\":null,\"oven\":{\"__t\":\"c\",\"target\":17},\"$version\":7}", Map.of("code", "200"));
        runner.enqueue("{\"interval\":-1}", Map.of("code", "400", "text", "too small", "iothub.twin.version", "8"));
        runner.enqueue("{\"interval\":-1}", Map.of("code", "400"));

        runner.run();

        assertEquals(List.of(
                "{\"interval\":{\"value\":5,\"ac\":200,\"av\":7,\"ad\":null},"
                        + "\"oven\":{\"__t\":\"c\",\"target\":{\"value\":17,\"ac\":200,\"av\":7,\"ad\":null}}}",
                "{\"interval\":{\"value\":-1,\"ac\":400,\"av\":8,\"ad\":\"too small\"}}"), service.device(DEVICE).getPatches());
        assertEquals("The content has no $version and the FlowFile no iothub.twin.version: there is no version to acknowledge",
                runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).getFirst().getAttribute("iothub.failure.reason"));
        assertEquals(0, service.device(DEVICE).countTwinReads());
    }

    @Test
    void testUpdateInUtf8() throws IOException {
        runner.enqueue(Path.of("src/test/resources/twin-patch-utf16.json"));
        runner.enqueue("\uFEFF{ \"a\": 1.50 }");
        runner.enqueue("{\"\u00e9\":1}".getBytes(Charset.forName("UTF-32")));
        runner.enqueue("{\"a\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        runner.enqueue(new byte[]{(byte) 0xFF, (byte) 0xFE, '{'});

        runner.run();

        assertEquals(List.of("{\"a\":1}", "{ \"a\": 1.50 }", "{\"\u00e9\":1}"), service.device(DEVICE).getPatches());
        assertEquals(List.of("The content is not UTF-8: its byte 7 is 0xE9. ConvertCharacterSet converts it",
                "The content begins as UTF-16LE and is not all of it: byte 3 does not belong there"), failureReasons());
    }

    @Test
    void testUpdateWithoutWordsOfTheParser() {
        runner.enqueue("{\"a\":NaN}");
        runner.enqueue("{\"a\":[{\"b\":null}]}");
        runner.enqueue("{\"a\":\"\\ud83d\"}");

        runner.run();

        assertEquals(List.of(), service.device(DEVICE).getPatches());
        assertEquals(List.of("The content is no JSON, line 1, column 6: [NaN] is not expected, a value is missing: a number, a text in double quotes, true, false,"
                        + " null, an object or an array",
                "[a[0].b] is null, and nothing in an array of a twin can be null, not even a property of an object in it",
                "[a] has an escape for half of a character, \\uD800 to \\uDFFF, without the other half"), failureReasons());
    }

    private List<String> failureReasons() {
        return runner.getFlowFilesForRelationship(UpdateTwin.REL_FAILURE).stream().map(flowFile -> flowFile.getAttribute("iothub.failure.reason")).toList();
    }

    private static void answer(final FakeDevice device, final List<CompletableFuture<Long>> answers) {
        final Iterator<CompletableFuture<Long>> remaining = answers.iterator();
        device.setPatchAnswer(patch -> remaining.next());
    }

    @Test
    void testUpdateWaitsForTheConnection() {
        service.device(DEVICE).beginConnecting();
        runner.enqueue("{\"a\":1}");
        runner.enqueue("{\"a\":2}");

        runner.run();

        runner.assertAllFlowFilesTransferred(UpdateTwin.REL_SUCCESS, 2);
        assertEquals(List.of("{\"a\":1}", "{\"a\":2}"), service.device(DEVICE).getPatches());
    }

    @Test
    void testUpdateOutageIsShownOnTheProcessor() {
        service.device(DEVICE).disconnect(FailureCategory.TAKEN_OVER);
        runner.enqueue("{\"a\":1}");
        runner.enqueue("{\"a\":2}");

        runner.run(3, false);

        assertEquals(1, runner.getLogger().getErrorMessages().size());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("2 FlowFiles wait for [" + DEVICE + "]: TAKEN_OVER"));
    }

    private static CompletableFuture<Long> failed(final FailureCategory category, final HubError error) {
        return CompletableFuture.failedFuture(new IoTHubException(category, "because " + category, error, null));
    }
}
