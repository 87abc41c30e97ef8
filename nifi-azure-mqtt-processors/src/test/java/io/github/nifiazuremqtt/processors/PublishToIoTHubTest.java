/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.provenance.ProvenanceEventRecord;
import org.apache.nifi.provenance.ProvenanceEventType;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishToIoTHubTest {

    private static final String DEVICE = "press-7";

    private final FakeConnectionService service = new FakeConnectionService();

    private TestRunner runner;

    @BeforeEach
    void setRunner() throws InitializationException {
        runner = TestRunners.newTestRunner(PublishToIoTHub.class);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, DEVICE);
    }

    /** Tests that go on after their trigger leave it running. */
    @AfterEach
    void stopProcessor() {
        stop();
    }

    @Test
    void testPublish() {
        final MockFlowFile flowFile = runner.enqueue("{\"t\":21.5}",
                Map.of("mime.type", "application/json", "iothub.creation.time", "2026-03-01T12:00:00.000Z"));

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 1);
        final MockFlowFile sent = runner.getFlowFilesForRelationship(PublishToIoTHub.REL_SUCCESS).getFirst();
        sent.assertContentEquals("{\"t\":21.5}");
        assertEquals(flowFile.getAttributes(), sent.getAttributes());

        final String uuid = flowFile.getAttribute("uuid");
        final DeviceMessage message = onlyMessage();
        assertEquals(uuid, message.deliveryId());
        assertArrayEquals("{\"t\":21.5}".getBytes(StandardCharsets.UTF_8), message.body());
        assertEquals(QualityOfService.AT_LEAST_ONCE, message.qualityOfService());
        assertEquals(Map.of(
                SystemProperty.MESSAGE_ID, uuid,
                SystemProperty.CREATION_TIME, "2026-03-01T12:00:00.000Z",
                SystemProperty.CONTENT_TYPE, "application/json",
                SystemProperty.CONTENT_ENCODING, "utf-8"), message.properties().system());
        assertEquals(Map.of(), message.properties().application());
        assertEquals(1, runner.getCounterValue(PublishToIoTHub.COUNTER_SENT));
        assertNull(runner.getCounterValue(PublishToIoTHub.COUNTER_REFUSED));
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testPublishProvenance() {
        runner.setProperty(IoTHubProperties.MODULE_ID, "camera");
        runner.enqueue("1");

        runner.run();

        final List<ProvenanceEventRecord> events = runner.getProvenanceEvents();
        assertEquals(1, events.size());
        assertEquals(ProvenanceEventType.SEND, events.getFirst().getEventType());
        assertEquals("mqtts://contoso.azure-devices.net/devices/press-7/modules/camera/messages/events", events.getFirst().getTransitUri());
        assertTrue(events.getFirst().getEventDuration() >= 0);
    }

    /** A message that nobody acknowledges has no time for it: the property is not shown, and what it holds does not count. */
    @Test
    void testNoAcknowledgmentTimeoutWithoutAcknowledgment() {
        runner.setProperty(PublishToIoTHub.ACKNOWLEDGMENT_TIMEOUT, "never");
        runner.assertNotValid();
        runner.setProperty(PublishToIoTHub.QUALITY_OF_SERVICE, PublishQuality.AT_MOST_ONCE);
        runner.assertValid();
        runner.enqueue("1");

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 1);
    }

    @Test
    void testPublishAllSystemProperties() {
        runner.setProperty(PublishToIoTHub.MESSAGE_ID, "${id}-1");
        runner.setProperty(PublishToIoTHub.CORRELATION_ID, "${id}");
        runner.setProperty(PublishToIoTHub.USER_ID, "operator");
        runner.setProperty(PublishToIoTHub.COMPONENT_NAME, "thermostat");
        runner.setProperty(PublishToIoTHub.CONTENT_TYPE, "text/plain");
        runner.setProperty(PublishToIoTHub.CONTENT_ENCODING, "${absent}");
        runner.setProperty(PublishToIoTHub.QUALITY_OF_SERVICE, PublishQuality.AT_MOST_ONCE);
        runner.enqueue("1", Map.of("id", "7"));

        runner.run();

        assertEquals(Map.of(
                SystemProperty.MESSAGE_ID, "7-1",
                SystemProperty.CORRELATION_ID, "7",
                SystemProperty.USER_ID, "operator",
                SystemProperty.COMPONENT_NAME, "thermostat",
                SystemProperty.CONTENT_TYPE, "text/plain"), onlyMessage().properties().system());
        assertEquals(QualityOfService.AT_MOST_ONCE, onlyMessage().qualityOfService());
    }

    @Test
    void testPublishDynamicProperties() {
        runner.setProperty("site", "plant A");
        runner.setProperty("q u=e&r/y%", "${nasty}");
        runner.setProperty("empty", "${absent}");
        runner.enqueue("1", Map.of("nasty", "+#&=/%: $\u00e4\u6c34\ud83d\ude00"));

        runner.run();

        assertEquals(Map.of("site", "plant A", "q u=e&r/y%", "+#&=/%: $\u00e4\u6c34\ud83d\ude00", "empty", ""), onlyMessage().properties().application());
    }

    @Test
    void testPublishAttributesByPattern() {
        runner.setProperty(PublishToIoTHub.ATTRIBUTE_PROPERTY_PATTERN, ".*");
        runner.setProperty("site", "from property");
        runner.enqueue("1", Map.of("line", "4", "iothub.property.site", "from attribute", "iothub.property.empty", "", "iothub.null.property.flag", "any",
                "iothub.device.id", "other", "dps.status", "assigned", "mime.type", "text/plain"));

        runner.run();

        final Map<String, String> expected = new HashMap<>(Map.of("line", "4", "site", "from property", "empty", ""));
        expected.put("flag", null);
        assertEquals(expected, onlyMessage().properties().application());
    }

    @Test
    void testPublishAttributesByPatternMatchesWholeName() {
        runner.setProperty(PublishToIoTHub.ATTRIBUTE_PROPERTY_PATTERN, "opc\\..+");
        runner.enqueue("1", Map.of("opc.node", "ns=2;s=T", "my.opc.node", "no", "iothub.property.site", "no"));

        runner.run();

        assertEquals(Map.of("opc.node", "ns=2;s=T"), onlyMessage().properties().application());
    }

    @Test
    void testPublishKeepsOrder() {
        enqueueNumbers(0, 500);

        runner.run(2);

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 500);
        assertEquals(numbers(0, 500), service.device(DEVICE).getPublishedBodies());
        assertEquals(500, runner.getCounterValue(PublishToIoTHub.COUNTER_SENT));
    }

    @Test
    void testPublishTakesNextBatchesBeforeFirstIsAcknowledged() throws Exception {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "2");
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 20);

        runner.run(1, false);
        assertEquals(numbers(0, 20), device.getPublishedBodies());
        runner.assertTransferCount(PublishToIoTHub.REL_SUCCESS, 0);
        device.acknowledgePending();
        stop();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 20);
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testPublishTakesNoFurtherBatchWhenNextConnectionIsFull() {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "2");
        runner.setRelationshipUnavailable(PublishToIoTHub.REL_FAILURE);
        final FakeDevice device = service.device(DEVICE);
        device.setAcknowledgment(message -> CompletableFuture.supplyAsync(() -> null, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)));
        enqueueNumbers(0, 5);

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 2);
        assertEquals(3, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testConnectionLostUnderSeveralBatches() {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "2");
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 6);

        runner.run(1, false);
        assertEquals(6, device.getPublished().size());
        device.setAcknowledgment(message -> CompletableFuture.completedFuture(null));
        device.cut();
        Await.until(() -> successContents().size() == 6);

        assertEquals(Stream.concat(numbers(0, 6).stream(), numbers(0, 6).stream()).toList(), device.getPublishedBodies());
        stop();
        assertEquals(0, runner.getQueueSize().getObjectCount());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testUnexpectedErrorInSecondBatchLosesNothing() {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "2");
        final FakeDevice device = service.device(DEVICE);
        device.setAcknowledgment(message -> {
            if (device.getPublished().size() == 3) {
                throw new IllegalStateException("unexpected");
            }
            return new CompletableFuture<>();
        });
        enqueueNumbers(0, 5);

        assertThrows(AssertionError.class, runner::run);

        Await.until(() -> runner.getQueueSize().getObjectCount() == 5);
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testPublishMixedDevices() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        for (int index = 0; index < 6; index++) {
            runner.enqueue(Integer.toString(index), Map.of("iothub.device.id", "device-" + index % 2));
        }

        runner.run();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 6);
        assertEquals(List.of("0", "2", "4"), service.device("device-0").getPublishedBodies());
        assertEquals(List.of("1", "3", "5"), service.device("device-1").getPublishedBodies());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testPublishUsesConfiguredIdentity() {
        service.setConfiguredIdentity(DeviceIdentity.of("edge", "filter"));
        runner.removeProperty(IoTHubProperties.DEVICE_ID);
        runner.enqueue("1");

        runner.run();

        assertEquals(List.of("1"), service.device(DeviceIdentity.of("edge", "filter")).getPublishedBodies());
    }

    @Test
    void testPublishNoIdentity() {
        runner.removeProperty(IoTHubProperties.DEVICE_ID);
        runner.enqueue("1");

        final AssertionError error = assertThrows(AssertionError.class, () -> runner.run());

        assertTrue(rootMessage(error).contains("'Device ID' is invalid because it is not set, and the credentials name no device"), rootMessage(error));
    }

    @Test
    void testPublishDeviceIdEmptyOrImpossible() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        runner.enqueue("1");
        runner.enqueue("2", Map.of("iothub.device.id", "line/4"));
        runner.enqueue("3", Map.of("iothub.device.id", "d".repeat(129)));
        runner.enqueue("4", Map.of("iothub.device.id", "d".repeat(128)));

        runner.run();

        runner.assertTransferCount(PublishToIoTHub.REL_SUCCESS, 1);
        assertEquals(List.of("Device ID is empty for this FlowFile",
                "Device ID [line/4] has U+002F SOLIDUS at position 5, which no id of IoT Hub over MQTT can have",
                "Device ID [%s] has 129 characters, IoT Hub allows 128".formatted("d".repeat(129))), failureReasons());
    }

    @Test
    void testPublishExpressionFails() {
        runner.setProperty(PublishToIoTHub.CREATION_TIME, "${day:toDate('yyyy-MM-dd'):format('yyyy')}");
        runner.enqueue("1", Map.of("day", "no date"));
        runner.enqueue("2", Map.of("day", "2026-03-01"));

        runner.run();

        assertEquals(List.of("2"), service.device(DEVICE).getPublishedBodies());
        assertEquals(1, failureReasons().size());
        assertTrue(failureReasons().getFirst().startsWith("The properties of the message cannot be evaluated"), failureReasons().getFirst());
    }

    @Test
    void testPublishContentTooLarge() {
        runner.enqueue(new byte[DeviceMessage.MAXIMUM_SIZE]);
        runner.enqueue(new byte[DeviceMessage.MAXIMUM_SIZE + 1]);

        runner.run();

        runner.assertTransferCount(PublishToIoTHub.REL_SUCCESS, 1);
        assertEquals(List.of("The content has 262145 bytes, a message of IoT Hub can have 262144 with its properties"), failureReasons());
        assertEquals(1, service.device(DEVICE).getPublished().size());
    }

    @Test
    void testPublishInvalidAndRefusedGoToFailure() {
        service.device(DEVICE).setAcknowledgment(message -> switch (new String(message.body(), StandardCharsets.UTF_8)) {
            case "1" -> failed(FailureCategory.INVALID_CONTENT);
            case "2" -> failed(FailureCategory.REFUSED);
            default -> CompletableFuture.completedFuture(null);
        });
        enqueueNumbers(0, 4);

        runner.run();

        assertEquals(List.of("0", "3"), successContents());
        assertEquals(List.of("1", "2"), runner.getFlowFilesForRelationship(PublishToIoTHub.REL_FAILURE).stream().map(MockFlowFile::getContent).toList());
        assertEquals(List.of("because INVALID_CONTENT", "because REFUSED"), failureReasons());
        assertEquals(2, runner.getCounterValue(PublishToIoTHub.COUNTER_SENT));
        assertEquals(2, runner.getCounterValue(PublishToIoTHub.COUNTER_REFUSED));
        assertEquals(2, runner.getProvenanceEvents().stream().filter(event -> event.getEventType() == ProvenanceEventType.SEND).count());
    }

    @Test
    void testPublishRetriedSuccessfullyLosesReason() {
        runner.enqueue("1", Map.of(IoTHubAttributes.FAILURE_REASON, "Device ID is empty for this FlowFile"));

        runner.run();

        runner.getFlowFilesForRelationship(PublishToIoTHub.REL_SUCCESS).getFirst().assertAttributeNotExists(IoTHubAttributes.FAILURE_REASON);
    }

    @Test
    void testPublishConnectionLostKeepsOrder() {
        final AtomicInteger count = new AtomicInteger();
        final FakeDevice device = service.device(DEVICE);
        device.setAcknowledgment(message -> count.incrementAndGet() == 5 ? failed(FailureCategory.CONNECTION_LOST) : CompletableFuture.completedFuture(null));
        enqueueNumbers(0, 10);

        runner.run(1, false);
        assertTrue(runner.getPenalizedFlowFiles().isEmpty());
        Await.until(() -> successContents().size() == 10);

        assertEquals(Set.copyOf(numbers(0, 10)), Set.copyOf(successContents()));
        assertEquals(List.of("0", "1", "2", "3", "4", "4", "5", "6", "7", "8", "9"), device.getPublishedBodies());
        final List<DeviceMessage> published = device.getPublished();
        assertEquals(published.get(4).deliveryId(), published.get(5).deliveryId());
        assertEquals(published.get(4).properties(), published.get(5).properties());
    }

    @Test
    void testStopPutsBackWhatWaitsForItsDevice() {
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 3);

        runner.run(1, false);
        device.disconnect(FailureCategory.CONNECTION_LOST);
        stop();

        assertEquals(3, runner.getQueueSize().getObjectCount());
        runner.assertTransferCount(PublishToIoTHub.REL_SUCCESS, 0);
        assertEquals(0, service.countOpenLeases());

        device.connect();
        device.setAcknowledgment(message -> CompletableFuture.completedFuture(null));
        runner.run();
        assertEquals(numbers(0, 3), successContents());
    }

    @Test
    void testPublishEveryOtherFailureStays() {
        for (final FailureCategory category : FailureCategory.values()) {
            if (category != FailureCategory.INVALID_CONTENT && category != FailureCategory.REFUSED) {
                service.device(DEVICE).setAcknowledgment(message -> failed(category));
                runner.enqueue("1");

                runner.run();

                assertEquals(1, runner.getQueueSize().getObjectCount(), category.name());
                runner.clearQueue();
            }
        }
        runner.assertTransferCount(PublishToIoTHub.REL_FAILURE, 0);
    }

    @Test
    void testPublishHoldsUnreachableDevice() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        service.device("dead").disconnect(FailureCategory.UNAUTHORIZED);
        for (int index = 0; index < 6; index++) {
            runner.enqueue(Integer.toString(index), Map.of("iothub.device.id", index % 2 == 0 ? "dead" : "alive"));
        }

        runner.run();

        assertEquals(List.of("1", "3", "5"), successContents());
        assertEquals(3, runner.getQueueSize().getObjectCount());
        assertFalse(runner.isYieldCalled());
        assertEquals(0, service.countOpenLeases());

        runner.run();

        assertTrue(runner.isYieldCalled());

        service.device("dead").connect();
        runner.run();

        assertEquals(List.of("0", "2", "4"), service.device("dead").getPublishedBodies());
    }

    @Test
    void testPublishOutageIsShownOnTheProcessorUntilTheHubTakesSomething() {
        service.device(DEVICE).disconnect(FailureCategory.UNAUTHORIZED);
        enqueueNumbers(0, 9);

        runner.run(3, false);
        assertEquals(1, runner.getLogger().getErrorMessages().size());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("9 FlowFiles wait for [" + DEVICE + "]: UNAUTHORIZED"));

        service.device(DEVICE).connect();
        runner.run(1, true, false);
        assertTrue(runner.getLogger().getInfoMessages().stream().anyMatch(message -> message.getMsg().contains("No FlowFile waits any more")));
    }

    @Test
    void testPublishWaitsForTheConnectionThatItAsksFor() {
        service.device(DEVICE).beginConnecting();
        enqueueNumbers(0, 3);
        final ScheduledExecutorService hub = Executors.newSingleThreadScheduledExecutor();
        try {
            hub.schedule(() -> service.device(DEVICE).connect(), 200, TimeUnit.MILLISECONDS);
            runner.run();
        } finally {
            hub.shutdownNow();
        }

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 3);
    }

    @Test
    void testPublishNoLeaseIsSaidOnce() {
        service.setRefusal(FailureCategory.LIMIT_REACHED);
        enqueueNumbers(0, 2);

        runner.run(3, false);

        assertEquals(2, runner.getQueueSize().getObjectCount());
        assertTrue(runner.isYieldCalled());
        assertEquals(1, runner.getLogger().getErrorMessages().size());
        assertTrue(runner.getLogger().getErrorMessages().getFirst().getMsg().contains("2 FlowFiles wait for "));

        service.setRefusal(null);
        runner.run();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 2);
    }

    @Test
    void testPublishNoAcknowledgmentAbandonsRun() {
        runner.setProperty(PublishToIoTHub.ACKNOWLEDGMENT_TIMEOUT, "1 sec");
        final FakeDevice device = service.device(DEVICE);
        final AtomicInteger count = new AtomicInteger();
        device.setAcknowledgment(message -> count.incrementAndGet() == 1 ? CompletableFuture.completedFuture(null) : new CompletableFuture<>());
        enqueueNumbers(0, 3);

        runner.run(1, false);
        Await.until(() -> successContents().size() == 1);
        device.setAcknowledgment(message -> CompletableFuture.completedFuture(null));
        Await.until(() -> successContents().size() == 3);

        assertEquals(1, device.countAbandoned());
        assertEquals(Set.copyOf(numbers(0, 3)), Set.copyOf(successContents()));
        assertEquals(List.of("0", "1", "2", "1", "2"), device.getPublishedBodies());
    }

    @Test
    void testPublishDoesNotWaitBetweenMessages() throws Exception {
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 100);

        final CompletableFuture<Void> trigger = CompletableFuture.runAsync(() -> runner.run(1, true, true, 60_000));
        Await.until(() -> device.getPublished().size() == 100);
        runner.assertTransferCount(PublishToIoTHub.REL_SUCCESS, 0);
        device.acknowledgePending();
        trigger.get();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 100);
    }

    @Test
    void testStopEndsWaitingTrigger() throws Exception {
        runner.setProperty(PublishToIoTHub.ACKNOWLEDGMENT_TIMEOUT, "1 h");
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 2);

        final CompletableFuture<Void> trigger = CompletableFuture.runAsync(() -> runner.run(1, false, true, 60_000));
        Await.until(() -> device.getPublished().size() == 2);
        runner.unSchedule();
        trigger.get();
        runner.stop();

        assertEquals(2, runner.getQueueSize().getObjectCount());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testConcurrentTasksPublishWhileOthersWait() throws Exception {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "2");
        runner.setThreadCount(2);
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 4);

        final CompletableFuture<Void> triggers = CompletableFuture.runAsync(() -> runner.run(2, true, true, 60_000));
        Await.until(() -> device.getPublished().size() == 4);
        assertEquals(numbers(0, 4), device.getPublishedBodies());
        device.acknowledgePending();
        triggers.get();

        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 4);
    }

    @Test
    void testFailedMessagesGoBeforeLaterOnes() throws Exception {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        final FakeDevice cut = service.device("cut");
        final FakeDevice silent = service.device("silent");
        cut.holdAcknowledgments();
        silent.holdAcknowledgments();
        runner.enqueue("1", Map.of("iothub.device.id", "cut"));
        runner.enqueue("1", Map.of("iothub.device.id", "silent"));

        // The first batch waits for the silent device while the other one is connected again.
        runner.run(1, false);
        cut.setAcknowledgment(message -> CompletableFuture.completedFuture(null));
        cut.cut();
        runner.enqueue("2", Map.of("iothub.device.id", "cut"));
        Await.until(() -> {
            runner.getProcessor().onTrigger(runner.getProcessContext(), runner.getProcessSessionFactory());
            return successContents().size() == 2;
        });

        assertEquals(List.of("1", "1", "2"), cut.getPublishedBodies());
        silent.acknowledgePending();
        stop();
        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 3);
    }

    @Test
    void testServiceClosedWhileWaiting() {
        final FakeDevice device = service.device(DEVICE);
        device.holdAcknowledgments();
        enqueueNumbers(0, 2);

        runner.run(1, false);
        service.setRefusal(FailureCategory.CLOSED);
        device.disconnect(FailureCategory.CLOSED);
        stop();

        assertEquals(2, runner.getQueueSize().getObjectCount());
        runner.assertTransferCount(PublishToIoTHub.REL_FAILURE, 0);
        runner.run();
        assertEquals(2, runner.getQueueSize().getObjectCount());
    }

    @Test
    void testUnexpectedFailureForOneDeviceLosesNothing() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        runner.enqueue("1", Map.of("iothub.device.id", "good"));
        runner.enqueue("2", Map.of("iothub.device.id", "broken"));
        runner.enqueue("3", Map.of("iothub.device.id", "good"));
        service.failUnexpectedly("broken");

        assertThrows(AssertionError.class, () -> runner.run());

        assertEquals(3, runner.getQueueSize().getObjectCount());
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testValidation() {
        runner.assertValid();

        runner.setProperty("$.mid", "1");
        runner.assertNotValid();
        runner.removeProperty("$.mid");

        runner.setProperty(IoTHubProperties.DEVICE_ID, "line/4");
        runner.assertNotValid();
        runner.setProperty(IoTHubProperties.DEVICE_ID, "line-4");
        runner.assertValid();

        runner.setProperty(PublishToIoTHub.ATTRIBUTE_PROPERTY_PATTERN, "[");
        runner.assertNotValid();
    }

    @Test
    void testFixedDeviceOnAllNodesOfCluster() {
        runner.setIsConfiguredForClustering(true);
        runner.setClustered(true);
        runner.enqueue("1", Map.of("iothub.device.id", DEVICE));

        final AssertionError error = assertThrows(AssertionError.class, () -> runner.run());
        assertTrue(rootMessage(error).contains("Set Execution to Primary node"), rootMessage(error));

        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");
        runner.run();
        runner.assertAllFlowFilesTransferred(PublishToIoTHub.REL_SUCCESS, 1);
    }

    @Test
    void testVerify() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${iothub.device.id}");

        assertEquals(List.of(Outcome.SUCCESSFUL, Outcome.SUCCESSFUL), outcomes(verify(Map.of("iothub.device.id", DEVICE))));
        assertEquals(List.of(Outcome.FAILED, Outcome.SKIPPED), outcomes(verify(Map.of())));

        service.device(DEVICE).disconnect(FailureCategory.TAKEN_OVER);
        final List<ConfigVerificationResult> results = verify(Map.of("iothub.device.id", DEVICE));
        assertEquals(List.of(Outcome.SUCCESSFUL, Outcome.FAILED), outcomes(results));
        assertTrue(results.getLast().getExplanation().startsWith("[press-7] is not connected to contoso.azure-devices.net: TAKEN_OVER for [press-7]. To see"));
        assertEquals(0, service.countOpenLeases());
    }

    private void stop() {
        runner.unSchedule();
        runner.stop();
    }

    private static String rootMessage(final Throwable throwable) {
        return throwable.getCause() == null ? throwable.getMessage() : rootMessage(throwable.getCause());
    }

    private List<ConfigVerificationResult> verify(final Map<String, String> attributes) {
        return ((PublishToIoTHub) runner.getProcessor()).verify(runner.getProcessContext(), runner.getLogger(), attributes);
    }

    private static List<Outcome> outcomes(final List<ConfigVerificationResult> results) {
        return results.stream().map(ConfigVerificationResult::getOutcome).toList();
    }

    private DeviceMessage onlyMessage() {
        final List<DeviceMessage> messages = service.device(DEVICE).getPublished();
        assertEquals(1, messages.size());
        return messages.getFirst();
    }

    private void enqueueNumbers(final int from, final int to) {
        numbers(from, to).forEach(runner::enqueue);
    }

    private static List<String> numbers(final int from, final int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private List<String> successContents() {
        return runner.getFlowFilesForRelationship(PublishToIoTHub.REL_SUCCESS).stream().map(MockFlowFile::getContent).toList();
    }

    private List<String> failureReasons() {
        return runner.getFlowFilesForRelationship(PublishToIoTHub.REL_FAILURE).stream()
                .map(flowFile -> flowFile.getAttribute(IoTHubAttributes.FAILURE_REASON))
                .toList();
    }

    private static <T> CompletableFuture<T> failed(final FailureCategory category) {
        return CompletableFuture.failedFuture(new IoTHubException(category, "because " + category));
    }
}
