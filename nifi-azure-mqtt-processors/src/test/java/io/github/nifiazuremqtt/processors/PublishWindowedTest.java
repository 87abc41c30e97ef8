/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.reporting.InitializationException;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * PublishToIoTHub with full windows, held windows and refused devices, in a queue that keeps its order.
 */
@Timeout(120)
class PublishWindowedTest {

    private final FakeConnectionService service = new FakeConnectionService();

    private TestRunner runner;

    private OneTask task;

    @BeforeEach
    void setRunner() throws InitializationException {
        runner = TestRunners.newTestRunner(PublishToIoTHub.class);
        runner.addControllerService(FakeConnectionService.IDENTIFIER, service);
        runner.enableControllerService(service);
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, FakeConnectionService.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${device}");
    }

    @AfterEach
    void stop() throws InterruptedException {
        task.close();
        assertEquals(0, service.countOpenLeases());
    }

    @Test
    void testBatchLargerThanTheWindow() {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "200");
        acknowledgeLate("a", 100);
        enqueue("a", 0, 2_000);
        task = new OneTask(runner);

        Await.until(() -> sent() == 2_000);
        assertEquals(numbers(0, 2_000), service.device("a").getPublishedBodies());
    }

    @Test
    void testWindowOfOneDeviceOnly() {
        runner.setProperty(IoTHubProperties.DEVICE_ID, "a");
        acknowledgeLate("a", 3);
        enqueue("a", 0, 100);
        task = new OneTask(runner);

        Await.until(() -> sent() == 100);
        assertEquals(numbers(0, 100), service.device("a").getPublishedBodies());
    }

    @Test
    void testFullWindowOfOneDeviceStopsNoOther() {
        service.device("silent").setWindow(5);
        service.device("silent").holdAcknowledgments();
        for (int index = 0; index < 500; index++) {
            enqueue("silent", index, 1);
            enqueue("good", index, 1);
        }
        task = new OneTask(runner);

        Await.until(() -> sent() == 500);
        assertEquals(numbers(0, 500), service.device("good").getPublishedBodies());
        assertEquals(numbers(0, 5), service.device("silent").getPublishedBodies());

        // What comes while only the silent device has something in the queue is sent too.
        enqueue("good", 500, 10);
        Await.until(() -> sent() == 510);

        service.device("silent").setAcknowledgment(message -> CompletableFuture.completedFuture(null));
        service.device("silent").acknowledgePending();
        Await.until(() -> sent() == 1_010);
        assertEquals(numbers(0, 500), service.device("silent").getPublishedBodies());
    }

    @Test
    void testSeveralSilentDevicesAreCarried() {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "1");
        IntStream.range(0, 20).forEach(index -> service.device("silent-" + index).holdAcknowledgments());
        for (int index = 0; index < 20; index++) {
            enqueue("silent-" + index, 0, 10);
            enqueue("good", index * 10, 10);
        }
        task = new OneTask(runner);

        Await.until(() -> sent() == 200);
        IntStream.range(0, 20).forEach(index -> service.device("silent-" + index).acknowledgePending());
        Await.until(() -> sent() == 400);
    }

    @Test
    void testDeviceThatIsRenewedStopsNoOther() {
        service.device("renewed").renew();
        for (int index = 0; index < 100; index++) {
            enqueue("renewed", index, 1);
            enqueue("good", index, 1);
        }
        task = new OneTask(runner);

        Await.until(() -> sent() == 100);
        assertEquals(List.of(), service.device("renewed").getPublishedBodies());
        service.device("renewed").renewed();
        Await.until(() -> sent() == 200);
        assertEquals(numbers(0, 100), service.device("renewed").getPublishedBodies());
    }

    @Test
    void testOrderOverManyCuts() {
        sendOverManyCuts(OrderedSessions.of(runner.getProcessSessionFactory()));
    }

    /** What is rolled back into such a queue comes behind the rest of it. */
    @Test
    void testOrderOverManyCutsWithASwappedQueue() {
        sendOverManyCuts(OrderedSessions.ofSwappedQueue(runner.getProcessSessionFactory()));
    }

    private void sendOverManyCuts(final ProcessSessionFactory sessions) {
        runner.setProperty(PublishToIoTHub.BATCH_SIZE, "7");
        acknowledgeLate("a", 50);
        acknowledgeLate("b", 50);
        for (int index = 0; index < 1_000; index++) {
            enqueue("a", index, 1);
            enqueue("b", index, 1);
        }
        task = new OneTask(runner, sessions);
        for (int cut = 1; cut <= 5; cut++) {
            final int next = cut * 150;
            Await.until(() -> service.device("a").getPublished().size() >= next);
            service.device("a").cut();
        }

        Await.until(() -> sent() == 2_000);
        assertEquals(numbers(0, 1_000), service.device("a").getPublishedBodies().stream().distinct().toList());
        assertEquals(numbers(0, 1_000), service.device("b").getPublishedBodies());
        assertTrue(service.device("a").getPublished().size() > 1_000);
    }

    @Test
    void testRefusedDeviceStaysInTheQueueByDefault() throws Exception {
        service.device("ghost").disconnect(FailureCategory.UNAUTHORIZED);
        enqueue("ghost", 0, 10);
        enqueue("good", 0, 10);
        task = new OneTask(runner);

        Await.until(() -> sent() == 10);
        task.close();
        assertEquals(10, runner.getQueueSize().getObjectCount());
        runner.assertTransferCount(PublishToIoTHub.REL_FAILURE, 0);
    }

    @Test
    void testRefusedDeviceGoesToFailureInTime() {
        routeToFailure("300 ms");
        service.device("ghost").disconnect(FailureCategory.UNAUTHORIZED);
        service.device("away").disconnect(FailureCategory.NOT_CONNECTED);
        service.device("other").disconnect(FailureCategory.TAKEN_OVER);
        enqueue("ghost", 0, 10);
        enqueue("away", 0, 10);
        enqueue("other", 0, 10);
        enqueue("good", 0, 10);
        task = new OneTask(runner);

        Await.until(() -> failures().size() == 10);
        assertTrue(failures().stream().allMatch(flowFile -> flowFile.getAttribute("device").equals("ghost")
                && "UNAUTHORIZED for [ghost]".equals(flowFile.getAttribute(IoTHubAttributes.FAILURE_REASON))));
        assertEquals(10, sent());

        // The time is that of the device: what comes later does not wait again, until the device has been accepted.
        enqueue("ghost", 10, 1);
        Await.until(() -> failures().size() == 11);
        service.device("ghost").connect();
        enqueue("ghost", 11, 1);
        Await.until(() -> sent() == 11);
        // A look at the queue takes everything out of the mock's for a moment.
        Await.until(() -> runner.getQueueSize().getObjectCount() == 20);
    }

    @Test
    void testDeviceAcceptedInTimeIsNotRouted() {
        routeToFailure("1 h");
        service.device("late").disconnect(FailureCategory.UNAUTHORIZED);
        enqueue("late", 0, 10);
        enqueue("good", 0, 1);
        task = new OneTask(runner);

        Await.until(() -> sent() == 1);
        service.device("late").connect();
        Await.until(() -> sent() == 11);
        assertEquals(List.of(), failures());
    }

    @Test
    void testMessagesUnderWayOfADeviceThatIsRefusedGoToFailure() {
        routeToFailure("300 ms");
        service.device("disabled").holdAcknowledgments();
        enqueue("disabled", 0, 10);
        task = new OneTask(runner);

        Await.until(() -> service.device("disabled").getPublished().size() == 10);
        service.device("disabled").disconnect(FailureCategory.UNAUTHORIZED);
        Await.until(() -> failures().size() == 10);
        assertEquals(numbers(0, 10), failures().stream().map(MockFlowFile::getContent).toList());
    }

    @Test
    void testIdentityWithoutCredentialsGoesToFailure() {
        routeToFailure("100 ms");
        service.setRefusal(FailureCategory.INVALID_CONFIGURATION);
        enqueue("unknown", 0, 3);
        task = new OneTask(runner);

        Await.until(() -> failures().size() == 3);
        service.setRefusal(null);
    }

    private void routeToFailure(final String timeout) {
        runner.setProperty(IoTHubProperties.FAILURE_STRATEGY, FailureStrategy.ROUTE_TO_FAILURE);
        runner.setProperty(IoTHubProperties.REFUSAL_TIMEOUT, timeout);
    }

    private void acknowledgeLate(final String device, final int window) {
        service.device(device).setWindow(window);
        service.device(device).setAcknowledgment(message ->
                CompletableFuture.supplyAsync(() -> null, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS)));
    }

    private void enqueue(final String device, final int first, final int number) {
        numbers(first, first + number).forEach(body -> runner.enqueue(body, Map.of("device", device)));
    }

    private static List<String> numbers(final int from, final int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private List<MockFlowFile> failures() {
        return runner.getFlowFilesForRelationship(PublishToIoTHub.REL_FAILURE);
    }

    private int sent() {
        final Long sent = runner.getCounterValue(PublishToIoTHub.COUNTER_SENT);
        return sent == null ? 0 : sent.intValue();
    }
}
