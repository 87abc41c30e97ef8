/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DesiredPropertiesUpdate;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.nifi.annotation.notification.PrimaryNodeState;
import org.apache.nifi.components.state.Scope;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.exception.FlowFileHandlingException;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsumeDesiredPropertiesTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.of("edge", "filter");

    private final FakeConnectionService service = new FakeConnectionService();

    private final ConsumeDesiredProperties processor = new ConsumeDesiredProperties();

    private TestRunner runner;

    @BeforeEach
    void setRunner() throws InitializationException {
        runner = TestRunners.newTestRunner(processor);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(SourceProperties.DEVICE_ID, DEVICE.deviceId());
        runner.setProperty(SourceProperties.MODULE_ID, DEVICE.moduleId());
    }

    @Test
    void testReceive() throws Exception {
        service.desiredProperties().arrive(List.of(whole(7), patch(8)));

        runner.run();

        assertEquals(List.of("{\"$version\":7}", "{\"$version\":8}"), contents());
        final List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(SourceProperties.REL_SUCCESS);
        flowFiles.get(0).assertAttributeEquals("iothub.twin.complete", "true");
        flowFiles.get(1).assertAttributeEquals("iothub.twin.complete", "false");
        flowFiles.get(1).assertAttributeEquals("iothub.twin.version", "8");
        flowFiles.get(1).assertAttributeEquals("iothub.device.id", "edge");
        flowFiles.get(1).assertAttributeEquals("iothub.module.id", "filter");
        flowFiles.get(1).assertAttributeEquals("iothub.hostname", FakeConnectionService.HOST_NAME);
        flowFiles.get(1).assertAttributeEquals("mime.type", "application/json");
        assertEquals(Map.of("edge/filter", "8"), runner.getStateManager().getState(Scope.CLUSTER).toMap());
        assertEquals(ProvenanceEventType.RECEIVE, runner.getProvenanceEvents().getFirst().getEventType());
        assertEquals("mqtts://contoso.azure-devices.net/devices/edge/modules/filter/twin", runner.getProvenanceEvents().getFirst().getTransitUri());
    }

    @Test
    void testReceiveEachVersionOnce() {
        service.desiredProperties().arrive(List.of(whole(7), patch(8), whole(8), patch(8), patch(9), whole(11), patch(10), patch(12)));

        runner.run();

        assertEquals(List.of(7, 8, 9, 11, 12).stream().map("{\"$version\":%d}"::formatted).toList(), contents());
    }

    @Test
    void testReceiveAfterRestart() {
        service.desiredProperties().arrive(List.of(whole(7)));
        runner.run();
        runner.clearTransferState();

        service.desiredProperties().arrive(List.of(whole(7)));
        runner.run();
        assertEquals(List.of(), contents());

        service.desiredProperties().arrive(List.of(whole(9)));
        runner.run();
        assertEquals(List.of("{\"$version\":9}"), contents());
    }

    @Test
    void testReceiveDeviceCreatedAgain() {
        service.desiredProperties().arrive(List.of(whole(7), whole(1), patch(2)));

        runner.run();

        assertEquals(List.of("{\"$version\":7}", "{\"$version\":1}", "{\"$version\":2}"), contents());
    }

    @Test
    void testReceiveInitialPropertiesAlways() {
        runner.setProperty(ConsumeDesiredProperties.INITIAL_PROPERTIES, InitialProperties.ALWAYS);
        service.desiredProperties().arrive(List.of(whole(7)));
        runner.run();

        service.desiredProperties().arrive(List.of(whole(7), whole(7)));
        runner.run();

        assertEquals(List.of("{\"$version\":7}", "{\"$version\":7}"), contents());
    }

    @Test
    void testReceiveConnectedDevicesKeepsLocalState() throws Exception {
        runner.setProperty(SourceProperties.DEVICES, DeviceChoice.CONNECTED_DEVICES);
        service.desiredProperties().arrive(List.of(whole(7)));

        runner.run();

        assertEquals(Map.of("edge/filter", "7"), runner.getStateManager().getState(Scope.LOCAL).toMap());
    }

    @Test
    void testReceiveCommitFails() {
        service.desiredProperties().arrive(List.of(whole(7)));
        runner.run();
        runner.setProperty(ConsumeDesiredProperties.INITIAL_PROPERTIES, InitialProperties.ALWAYS);
        processor.onScheduled(runner.getProcessContext());
        service.desiredProperties().arrive(List.of(whole(7)));

        assertThrows(FlowFileHandlingException.class,
                () -> processor.onTrigger(runner.getProcessContext(), new FailingCommit(runner.getProcessSessionFactory())));

        assertEquals(1, service.desiredProperties().getInbox().size());
        assertEquals(1, service.desiredProperties().getAcknowledged().size());

        processor.onTrigger(runner.getProcessContext(), runner.getProcessSessionFactory());

        assertEquals(List.of("{\"$version\":7}", "{\"$version\":7}"), contents());
        assertEquals(2, service.desiredProperties().getAcknowledged().size());
    }

    @Test
    void testPrimaryNodeRole() {
        final ProcessContext context = PrimaryNodeContext.of(runner.getProcessContext());
        processor.onScheduled(context);
        processor.onTrigger(context, runner.getProcessSessionFactory());
        assertTrue(service.desiredProperties().isOpen());

        processor.onPrimaryNodeStateChange(PrimaryNodeState.PRIMARY_NODE_REVOKED);
        assertFalse(service.desiredProperties().isOpen());
    }

    private List<String> contents() {
        return runner.getFlowFilesForRelationship(SourceProperties.REL_SUCCESS).stream().map(MockFlowFile::getContent).toList();
    }

    private static DesiredPropertiesUpdate whole(final long version) {
        return update(version, true);
    }

    private static DesiredPropertiesUpdate patch(final long version) {
        return update(version, false);
    }

    private static DesiredPropertiesUpdate update(final long version, final boolean complete) {
        return new DesiredPropertiesUpdate(DEVICE, FakeConnectionService.HOST_NAME, FakeConnectionService.endpointUri(DEVICE), version, complete,
                "{\"$version\":%d}".formatted(version).getBytes(StandardCharsets.UTF_8));
    }
}
