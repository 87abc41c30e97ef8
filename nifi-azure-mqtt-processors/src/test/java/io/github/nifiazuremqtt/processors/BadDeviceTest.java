/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.nifi.util.MockFlowFile;
import org.apache.nifi.util.TestRunner;
import org.apache.nifi.util.TestRunners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One device of many that is silent, slow or refused, on the real services with one task: what the others notice of it.
 */
@Timeout(300)
class BadDeviceTest {

    private static final int DEVICES = 100;

    /** Messages of each device in a round. */
    private static final int MESSAGES = 20;

    private static final int ROUNDS = 4;

    private static final String BAD = "device-0";

    /** The rate is bound by that and not by this machine, so that rounds can be compared. */
    private static final Duration ACKNOWLEDGED_AFTER = Duration.ofMillis(100);

    private static final Duration SILENT = Duration.ofHours(1);

    private static final int QUEUE = 300;

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @RegisterExtension
    private final IoTHubEmulatorExtension hub = IoTHubEmulatorExtension.builder()
            .with(builder -> IntStream.range(0, DEVICES).forEach(index -> builder.device("device-" + index)))
            .build();

    private final TestRunner runner = TestRunners.newTestRunner(PublishToIoTHub.class);

    private final Map<String, List<String>> arrived = new HashMap<>();

    private OneTask task;

    @BeforeEach
    void enable() throws Exception {
        RealServices.enable(runner, hub.emulator(), RealServices.policy(hub.emulator()),
                Map.of("Host Name", "localhost:" + hub.emulator().mqttPort(), "Maximum Messages In Flight", "2"));
        runner.setProperty(IoTHubProperties.CONNECTION_SERVICE, RealServices.IDENTIFIER);
        runner.setProperty(IoTHubProperties.DEVICE_ID, "${device}");
        hub.emulator().telemetry().addListener(this::note);
    }

    private void note(final TelemetryMessage message) {
        synchronized (arrived) {
            arrived.computeIfAbsent(message.deviceId(), device -> new ArrayList<>()).add(new String(message.body(), StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        task.close();
        runner.disableControllerService(runner.getControllerService(RealServices.IDENTIFIER));
    }

    @Test
    void testSilentDeviceCostsOthersNothing() {
        hub.emulator().faults().everyone().delayPubacks(ACKNOWLEDGED_AFTER);
        task = new OneTask(runner);
        round(0, DEVICES);

        hub.emulator().faults().client(BAD).delayPubacks(SILENT);
        long alone = Long.MAX_VALUE;
        long beside = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            alone = Math.min(alone, round(1, DEVICES));
            beside = Math.min(beside, round(0, DEVICES));
        }

        assertTrue(beside <= alone / 0.95, "%d ms alone, %d ms beside a silent device".formatted(alone / 1_000_000, beside / 1_000_000));
        for (int device = 1; device < DEVICES; device++) {
            assertEquals(IntStream.range(0, MESSAGES * (2 * ROUNDS + 1)).mapToObj(Integer::toString).toList(), arrivals("device-" + device));
        }
    }

    @Test
    void testSilentDeviceOccupiesNoThread() {
        hub.emulator().faults().client(BAD).delayPubacks(SILENT);
        task = new OneTask(runner);
        runner.enqueue("1", Map.of("device", BAD));
        Await.until(() -> arrivals(BAD).size() == 1);
        Await.until(() -> !task.isBusy());
        assertEquals(0, runner.getQueueSize().getObjectCount());
        assertFalse(task.isBusy());
    }

    @Test
    void testMessagesOfASilentDeviceArriveInOrderWhenItIsBack() {
        runner.setProperty(PublishToIoTHub.ACKNOWLEDGMENT_TIMEOUT, "1 sec");
        hub.emulator().faults().client(BAD).delayPubacks(SILENT);
        task = new OneTask(runner);
        enqueue(BAD, 0, 20);
        enqueue("device-1", 0, 20);
        Await.until(() -> arrivals("device-1").size() == 20);
        Await.until(() -> arrivals(BAD).size() > 2);
        hub.emulator().faults().clear();
        hub.emulator().faults().dropConnections();
        Await.until(() -> sent() == 40);
        assertEquals(IntStream.range(0, 20).mapToObj(Integer::toString).toList(), arrivals(BAD).stream().distinct().toList());
    }

    @Test
    void testGhostDeviceDoesNotFillTheQueue() {
        runner.setProperty(IoTHubProperties.FAILURE_STRATEGY, FailureStrategy.ROUTE_TO_FAILURE);
        runner.setProperty(IoTHubProperties.REFUSAL_TIMEOUT, "2 sec");
        task = new OneTask(runner);
        int fed = 0;
        while (fed < 100) {
            // Back pressure: half of what is in the queue belongs to a device that does not exist.
            if (runner.getQueueSize().getObjectCount() < 50) {
                enqueue("device-" + (1 + fed % 9), fed, 1);
                enqueue("ghost", fed, 1);
                fed++;
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }

        Await.until(() -> sent() == 100);
        Await.until(() -> runner.getFlowFilesForRelationship(PublishToIoTHub.REL_FAILURE).size() == 100);
        final MockFlowFile refused = runner.getFlowFilesForRelationship(PublishToIoTHub.REL_FAILURE).getFirst();
        assertTrue(refused.getAttribute(IoTHubAttributes.FAILURE_REASON).contains("[ghost]"), refused.getAttribute(IoTHubAttributes.FAILURE_REASON));
    }

    private void enqueue(final String device, final int first, final int number) {
        IntStream.range(first, first + number).forEach(index -> runner.enqueue(Integer.toString(index), Map.of("device", device)));
    }

    /**
     * Sends messages of these devices in turn, and waits for those of the good ones.
     *
     * @return nanoseconds
     */
    private long round(final int from, final int to) {
        final int first = arrivals("device-1").size();
        final int good = (DEVICES - 1) * MESSAGES;
        final int expected = sent() + (first == 0 ? DEVICES * MESSAGES : good);
        final long started = System.nanoTime();
        for (int index = first; index < first + MESSAGES; index++) {
            for (int device = from; device < to; device++) {
                while (runner.getQueueSize().getObjectCount() >= QUEUE) {
                    LockSupport.parkNanos(1_000_000);
                }
                runner.enqueue(Integer.toString(index), Map.of("device", "device-" + device));
            }
        }
        final long deadline = started + PATIENCE.toNanos();
        while (sent() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        assertTrue(sent() >= expected);
        return System.nanoTime() - started;
    }

    private int sent() {
        final Long sent = runner.getCounterValue(PublishToIoTHub.COUNTER_SENT);
        return sent == null ? 0 : sent.intValue();
    }

    private List<String> arrivals(final String device) {
        synchronized (arrived) {
            return List.copyOf(arrived.getOrDefault(device, List.of()));
        }
    }
}
