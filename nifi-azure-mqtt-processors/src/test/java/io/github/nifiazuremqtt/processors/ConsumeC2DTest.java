/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.ReceivedMessage;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.nifi.annotation.configuration.DefaultSettings;
import org.apache.nifi.annotation.notification.PrimaryNodeState;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.exception.FlowFileHandlingException;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.PropertyMigrationResult;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConsumeC2DTest {

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("press-7");

    private static final Instant RECEIVED = Instant.parse("2026-03-01T12:00:00Z");

    private final FakeConnectionService service = new FakeConnectionService();

    private final ConsumeC2D processor = new ConsumeC2D();

    private TestRunner runner;

    @BeforeEach
    void setRunner() throws InitializationException {
        runner = TestRunners.newTestRunner(processor);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(SourceProperties.DEVICE_ID, DEVICE.deviceId());
    }

    @Test
    void testReceive() {
        final Map<SystemProperty, String> system = Map.of(
                SystemProperty.MESSAGE_ID, "m-1",
                SystemProperty.CORRELATION_ID, "c-1",
                SystemProperty.USER_ID, "operator",
                SystemProperty.TO, "/devices/press-7/messages/deviceBound",
                SystemProperty.CONTENT_TYPE, "text/plain",
                SystemProperty.CONTENT_ENCODING, "utf-8",
                SystemProperty.CREATION_TIME, "2026-03-01T11:59:00Z",
                SystemProperty.EXPIRY_TIME, "2026-03-01T13:00:00Z",
                SystemProperty.ACK, "full");
        final Map<String, String> application = new LinkedHashMap<>();
        application.put("site", "plant A");
        application.put("empty", "");
        application.put("flag", null);
        service.messages().arrive(List.of(message(1, "stop", new MessageProperties(system, Map.of("x-opt", "1"), application))));

        runner.run();

        final MockFlowFile flowFile = onlyFlowFile();
        flowFile.assertContentEquals("stop");
        final Map<String, String> attributes = new HashMap<>(flowFile.getAttributes());
        List.of("uuid", "path", "filename").forEach(attributes::remove);
        assertEquals(Map.ofEntries(
                Map.entry("iothub.hostname", FakeConnectionService.HOST_NAME),
                Map.entry("iothub.device.id", "press-7"),
                Map.entry("iothub.message.id", "m-1"),
                Map.entry("iothub.correlation.id", "c-1"),
                Map.entry("iothub.user.id", "operator"),
                Map.entry("iothub.to", "/devices/press-7/messages/deviceBound"),
                Map.entry("mime.type", "text/plain"),
                Map.entry("iothub.content.encoding", "utf-8"),
                Map.entry("iothub.creation.time", "2026-03-01T11:59:00Z"),
                Map.entry("iothub.expiry.time", "2026-03-01T13:00:00Z"),
                Map.entry("iothub.ack", "full"),
                Map.entry("iothub.system.x-opt", "1"),
                Map.entry("iothub.property.site", "plant A"),
                Map.entry("iothub.property.empty", ""),
                Map.entry("iothub.null.property.flag", "")), attributes);

        final List<ProvenanceEventRecord> events = runner.getProvenanceEvents();
        assertEquals(1, events.size());
        assertEquals(ProvenanceEventType.RECEIVE, events.getFirst().getEventType());
        assertEquals("mqtts://contoso.azure-devices.net/devices/press-7/messages/devicebound", events.getFirst().getTransitUri());
        assertEquals(1, runner.getCounterValue(ConsumeC2D.COUNTER_RECEIVED));
    }

    @Test
    void testReceiveAcknowledgesInOrder() {
        final List<ReceivedMessage> messages = List.of(message(1, "1"), message(2, ""), message(3, "3"));
        service.messages().arrive(messages);

        runner.run();

        assertEquals(List.of("1", "", "3"), runner.getFlowFilesForRelationship(SourceProperties.REL_SUCCESS).stream().map(MockFlowFile::getContent).toList());
        assertEquals(messages, service.messages().getAcknowledged());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testReceiveTakesBatchSize() {
        runner.setProperty(SourceProperties.BATCH_SIZE, "2");
        service.messages().arrive(List.of(message(1, "1"), message(2, "2"), message(3, "3")));

        runner.run();

        runner.assertTransferCount(SourceProperties.REL_SUCCESS, 2);
        assertEquals(1, service.messages().getInbox().size());
    }

    @Test
    void testReceiveExpired() {
        service.messages().arrive(List.of(
                message(1, "1", new MessageProperties(Map.of(SystemProperty.EXPIRY_TIME, "2026-03-01T11:59:59.999Z"), Map.of(), Map.of())),
                message(2, "2", new MessageProperties(Map.of(SystemProperty.EXPIRY_TIME, "tomorrow"), Map.of(), Map.of()))));

        runner.run();

        final List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(SourceProperties.REL_SUCCESS);
        flowFiles.get(0).assertAttributeEquals("iothub.expired", "true");
        flowFiles.get(1).assertAttributeNotExists("iothub.expired");
        flowFiles.get(1).assertAttributeEquals("iothub.expiry.time", "tomorrow");
    }

    @Test
    void testReceiveCommitFails() {
        final List<ReceivedMessage> messages = List.of(message(1, "1"), message(2, "2"));
        service.messages().arrive(messages);
        processor.onScheduled(runner.getProcessContext());

        assertThrows(FlowFileHandlingException.class,
                () -> processor.onTrigger(runner.getProcessContext(), new FailingCommit(runner.getProcessSessionFactory())));

        assertEquals(List.of(), service.messages().getAcknowledged());
        assertEquals(messages, service.messages().getInbox());
        runner.assertTransferCount(SourceProperties.REL_SUCCESS, 0);

        processor.onTrigger(runner.getProcessContext(), runner.getProcessSessionFactory());

        runner.assertTransferCount(SourceProperties.REL_SUCCESS, 2);
        assertEquals(messages, service.messages().getAcknowledged());
    }

    @Test
    void testReceiveWhileNoLeaseIsToBeHad() {
        runner.run(1, false);
        service.setRefusal(FailureCategory.LIMIT_REACHED);
        service.messages().arrive(List.of(message(1, "1")));

        runner.run(1, false, false);

        runner.assertTransferCount(SourceProperties.REL_SUCCESS, 1);
    }

    @Test
    void testIdleSourceGivesItsThreadBack() {
        runner.run(5, false);

        assertEquals(Duration.ZERO, service.messages().getWaited());
        assertTrue(runner.isYieldCalled());
        assertEquals("10 ms", ConsumeC2D.class.getAnnotation(DefaultSettings.class).yieldDuration());
    }

    @Test
    void testOutageIsShownOnTheProcessor() {
        service.messages().setOutage(DEVICE, new IoTHubException(FailureCategory.UNAUTHORIZED, "Device [press-7]: refused with CONNACK 5"));

        runner.run(5, false);

        assertEquals(1, runner.getLogger().getErrorMessages().size());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("[press-7] receives nothing: refused with CONNACK 5"));
    }

    @Test
    void testQueueCapacityIsMigrated() {
        runner.setProperty("Queue Capacity", "100");

        final PropertyMigrationResult migrated = runner.migrateProperties();

        assertEquals(Set.of("Queue Capacity"), migrated.getPropertiesRemoved());
    }

    @Test
    void testReceiverIsKeptAndClosed() {
        runner.run(2, false);

        assertEquals(1, service.messages().countOpened());
        assertTrue(service.messages().isOpen());
        assertEquals(DeviceSelection.only(DEVICE), service.messages().getSelection());

        runner.stop();

        assertFalse(service.messages().isOpen());
    }

    @Test
    void testReceiveConnectedDevices() {
        runner.setProperty(SourceProperties.DEVICES, DeviceChoice.CONNECTED_DEVICES);

        runner.run(1, false);

        assertEquals(DeviceSelection.ALL_OPEN, service.messages().getSelection());
    }

    @Test
    void testReceiverRefused() {
        service.setRefusal(FailureCategory.LIMIT_REACHED);

        runner.run(3, false);

        assertTrue(runner.isYieldCalled());
        assertEquals(1, runner.getLogger().getErrorMessages().size());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("[press-7] receives nothing: No lease"));
    }

    @Test
    void testPrimaryNodeRole() {
        runner.setIsConfiguredForClustering(true);
        runner.setClustered(true);
        runner.setPrimaryNode(true);
        final ProcessContext context = PrimaryNodeContext.of(runner.getProcessContext());
        processor.onScheduled(context);
        processor.onTrigger(context, runner.getProcessSessionFactory());
        assertTrue(service.messages().isOpen());

        processor.onPrimaryNodeStateChange(PrimaryNodeState.PRIMARY_NODE_REVOKED);
        assertFalse(service.messages().isOpen());

        processor.onPrimaryNodeStateChange(PrimaryNodeState.ELECTED_PRIMARY_NODE);
        processor.onTrigger(context, runner.getProcessSessionFactory());
        assertTrue(service.messages().isOpen());
    }

    @Test
    void testSingleDeviceOnAllNodesOfCluster() {
        runner.setIsConfiguredForClustering(true);
        runner.setClustered(true);
        assertThrows(AssertionError.class, () -> runner.run());

        runner.setProperty(SourceProperties.DEVICES, DeviceChoice.CONNECTED_DEVICES);
        runner.run();
    }

    private MockFlowFile onlyFlowFile() {
        final List<MockFlowFile> flowFiles = runner.getFlowFilesForRelationship(SourceProperties.REL_SUCCESS);
        assertEquals(1, flowFiles.size());
        return flowFiles.getFirst();
    }

    private static ReceivedMessage message(final long receiptId, final String body) {
        return message(receiptId, body, MessageProperties.NONE);
    }

    private static ReceivedMessage message(final long receiptId, final String body, final MessageProperties properties) {
        return new ReceivedMessage(DEVICE, FakeConnectionService.HOST_NAME, FakeConnectionService.endpointUri(DEVICE), receiptId, RECEIVED,
                body.getBytes(StandardCharsets.UTF_8), properties);
    }
}
