/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.TwinDocument;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
class GetTwinTest {

    private static final String DEVICE = "press-7";

    private static final String TWIN = "{\"desired\":{\"interval\":10.50,\"$version\":3},\"reported\":{\"serial\":12345678901234567890,\"$version\":8}}";

    private final FakeConnectionService service = new FakeConnectionService();

    private TestRunner runner;

    @BeforeEach
    void setRunner() throws InitializationException {
        runner = TestRunners.newTestRunner(GetTwin.class);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, DEVICE);
        service.device(DEVICE).setTwin(CompletableFuture.completedFuture(new TwinDocument(TWIN.getBytes(StandardCharsets.UTF_8), 3, 8)));
    }

    @Test
    void testGetAsSource() {
        runner.setIncomingConnection(false);

        runner.run();

        final MockFlowFile flowFile = onlyFlowFile(GetTwin.REL_SUCCESS.getName());
        flowFile.assertContentEquals(TWIN);
        flowFile.assertAttributeEquals("mime.type", "application/json");
        flowFile.assertAttributeEquals("iothub.hostname", FakeConnectionService.HOST_NAME);
        flowFile.assertAttributeEquals("iothub.device.id", DEVICE);
        flowFile.assertAttributeEquals("iothub.twin.desired.version", "3");
        flowFile.assertAttributeEquals("iothub.twin.reported.version", "8");
        flowFile.assertAttributeNotExists("iothub.twin.version");
        assertEquals(ProvenanceEventType.RECEIVE, runner.getProvenanceEvents().getFirst().getEventType());
        assertEquals("mqtts://contoso.azure-devices.net/devices/press-7/twin", runner.getProvenanceEvents().getFirst().getTransitUri());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testGetForRefusedDeviceGoesToFailureInTime() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${device}");
        runner.setProperty(IoTHubProperties.FAILURE_STRATEGY, FailureStrategy.ROUTE_TO_FAILURE);
        runner.setProperty(IoTHubProperties.REFUSAL_TIMEOUT, "200 ms");
        service.device("ghost").disconnect(FailureCategory.UNAUTHORIZED);
        service.device("away").disconnect(FailureCategory.NOT_CONNECTED);
        runner.enqueue("1", Map.of("device", "ghost"));
        runner.enqueue("2", Map.of("device", "away"));

        runner.run(1, false);
        runner.assertTransferCount(GetTwin.REL_FAILURE, 0);
        Await.until(() -> {
            runner.run(1, false, false);
            return !runner.getFlowFilesForRelationship(GetTwin.REL_FAILURE).isEmpty();
        });

        onlyFlowFile(GetTwin.REL_FAILURE.getName()).assertAttributeEquals("iothub.failure.reason", "UNAUTHORIZED for [ghost]");
        assertEquals(1, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testGetForFlowFiles() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        runner.setProperty(GetTwin.TWIN_PART, TwinPart.REPORTED);
        runner.enqueue("old", Map.of("iothub.device.id", DEVICE, "line", "4"));

        runner.run();

        final MockFlowFile flowFile = onlyFlowFile(GetTwin.REL_SUCCESS.getName());
        flowFile.assertContentEquals("{\"serial\":12345678901234567890,\"$version\":8}");
        flowFile.assertAttributeEquals("iothub.twin.version", "8");
        flowFile.assertAttributeEquals("line", "4");
        assertEquals(List.of(ProvenanceEventType.FETCH), runner.getProvenanceEvents().stream()
                .map(event -> event.getEventType())
                .filter(type -> type == ProvenanceEventType.FETCH)
                .toList());
    }

    @Test
    void testGetDesired() {
        runner.setProperty(GetTwin.TWIN_PART, TwinPart.DESIRED);
        runner.enqueue("old");

        runner.run();

        onlyFlowFile(GetTwin.REL_SUCCESS.getName()).assertContentEquals("{\"interval\":10.50,\"$version\":3}");
        onlyFlowFile(GetTwin.REL_SUCCESS.getName()).assertAttributeEquals("iothub.twin.version", "3");
    }

    @Test
    void testGetCanSucceedLater() {
        for (final FailureCategory category : List.of(FailureCategory.THROTTLED, FailureCategory.SERVER_ERROR, FailureCategory.TIMED_OUT,
                FailureCategory.NOT_CONNECTED)) {
            service.device(DEVICE).setTwin(CompletableFuture.failedFuture(new IoTHubException(category, "because " + category)));
            runner.enqueue("old");

            runner.run();

            assertEquals(1, runner.getQueueSize().getObjectCount(), category.name());
            assertTrue(runner.isYieldCalled(), category.name());
            runner.clearQueue();
        }
        runner.assertTransferCount(GetTwin.REL_FAILURE, 0);
    }

    @Test
    void testGetRefused() {
        service.device(DEVICE).setTwin(CompletableFuture.failedFuture(new IoTHubException(FailureCategory.REFUSED, "Refused for [press-7]",
                new HubError(403, 403006, "A1-G:0", "{\"message\":\"no\"}", null), null)));
        runner.enqueue("old");

        runner.run();

        final MockFlowFile flowFile = onlyFlowFile(GetTwin.REL_FAILURE.getName());
        flowFile.assertContentEquals("old");
        flowFile.assertAttributeEquals("iothub.failure.reason", "Refused for [press-7]");
        flowFile.assertAttributeEquals("iothub.status.code", "403");
        flowFile.assertAttributeEquals("iothub.error.code", "403006");
        flowFile.assertAttributeEquals("iothub.tracking.id", "A1-G:0");
        flowFile.assertAttributeEquals("iothub.error.body", "{\"message\":\"no\"}");
    }

    @Test
    void testGetExpressionFails() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "press-${line:toDate('yyyy'):format('D')}");
        runner.enqueue("old", Map.of("line", "no date"));

        runner.run();

        final String reason = onlyFlowFile(GetTwin.REL_FAILURE.getName()).getAttribute("iothub.failure.reason");
        assertTrue(reason.startsWith("Device ID or Module ID cannot be evaluated"), reason);
    }

    @Test
    void testGetAsSourceWaitsForTheConnection() {
        runner.setIncomingConnection(false);
        service.device(DEVICE).beginConnecting();

        runner.run();

        onlyFlowFile(GetTwin.REL_SUCCESS.getName()).assertContentEquals(TWIN);
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testGetForFlowFileWaitsForTheConnection() {
        service.device(DEVICE).beginConnecting();
        runner.enqueue("old");

        runner.run();

        onlyFlowFile(GetTwin.REL_SUCCESS.getName()).assertContentEquals(TWIN);
    }

    @Test
    void testGetDeviceThatIsAwayHoldsUpNobody() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        service.device("dead").disconnect(FailureCategory.UNAUTHORIZED);
        runner.enqueue("old", Map.of("iothub.device.id", "dead"));
        runner.enqueue("old", Map.of("iothub.device.id", "dead"));
        runner.enqueue("old", Map.of("iothub.device.id", DEVICE));

        runner.run(2, false);

        onlyFlowFile(GetTwin.REL_SUCCESS.getName()).assertAttributeEquals("iothub.device.id", DEVICE);
        assertEquals(2, runner.getQueueSize().getObjectCount());
        assertEquals(1, runner.getLogger().getErrorMessages().size());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("2 FlowFiles wait for [dead]: UNAUTHORIZED"));
    }

    @Test
    void testGetAsSourceFails() {
        runner.setIncomingConnection(false);
        service.setRefusal(FailureCategory.LIMIT_REACHED);

        runner.run();

        runner.assertTransferCount(GetTwin.REL_SUCCESS, 0);
        runner.assertTransferCount(GetTwin.REL_FAILURE, 0);
        assertTrue(runner.isYieldCalled());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("The twin of [press-7] was not read: No lease"));
    }

    private MockFlowFile onlyFlowFile(final String relationship) {
        final List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(relationship);
        assertEquals(1, flowFiles.size());
        return flowFiles.getFirst();
    }
}
