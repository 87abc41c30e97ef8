/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.message.MessageOutcome;
import io.github.nifiazuremqtt.emulator.message.MessageTrace;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every cloud-to-device message becomes a FlowFile and is acknowledged after that, whatever ends in the middle of 5,000.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ConsumeC2DLossIT {

    private static final int NUMBER = 5_000;

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    private IoTHubEmulator hub;
    private DeviceFlow flow;
    private String consumer;
    private FlowFileJournal journal;

    @BeforeEach
    void create() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        hub.messages().liftQueueLimit();
        for (int index = 0; index < NUMBER; index++) {
            hub.messages().send(DEVICE, CloudMessage.of(Integer.toString(index)).withMessageId("m-" + index));
        }

        flow = DeviceFlow.create(NIFI.get(), hub, DEVICE);
        // Slow enough that there is a middle, and a pause between any two batches.
        consumer = flow.add(ProcessorSettings.azure("ConsumeC2D").every("20 ms"));
        journal = flow.addJournal(consumer, "success", "iothub.message.id");
    }

    @AfterEach
    void remove() throws Exception {
        flow.editor().delete();
        hub.close();
    }

    @Test
    void testNiFiKilledInTheMiddle() throws Exception {
        final KillAtAcknowledgment kill = new KillAtAcknowledgment(NUMBER / 2);
        hub.messages().addListener(kill);
        flow.editor().startProcessor(consumer);
        kill.killed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        final int before = ended();
        NIFI.get().start();

        awaitAll();
        Report.line("killed after %d of %d messages: %s", before, NUMBER, repeats());
        assertTrue(before < NUMBER, "killed too late: %d".formatted(before));
        assertAllAreFlowFiles();
    }

    @Test
    void testProcessorStoppedInTheMiddle() throws Exception {
        final int stops = 5;
        int before = 0;
        for (int stop = 1; stop <= stops; stop++) {
            flow.editor().startProcessor(consumer);
            assertTrue(hub.messages().awaitEnded(DEVICE, before + NUMBER / 10, LIMIT));
            flow.editor().stopProcessor(consumer);
            before = ended();
        }
        assertTrue(before < NUMBER, "stopped too late: %d".formatted(before));

        flow.editor().startProcessor(consumer);
        awaitAll();
        Report.line("stopped %d times, the last time after %d of %d messages: %s", stops, before, NUMBER, repeats());
        assertAllAreFlowFiles();
    }

    private int ended() {
        return hub.messages().ended(DEVICE).size();
    }

    private void awaitAll() throws Exception {
        assertTrue(hub.messages().awaitEnded(DEVICE, NUMBER, LIMIT), () -> "%d of %d ended".formatted(ended(), NUMBER));
        flow.awaitEmpty(LIMIT);
    }

    private String repeats() {
        return "%d FlowFiles, %d of them repeats, largest number of deliveries %d".formatted(journal.size(), journal.size() - NUMBER,
                hub.messages().ended(DEVICE).stream().mapToInt(MessageTrace::deliveries).max().orElseThrow());
    }

    /** A message that was acknowledged is not sent again, so that its FlowFile must have been there before. */
    private void assertAllAreFlowFiles() throws Exception {
        assertEquals(List.of(), hub.messages().pending(DEVICE));
        assertEquals(Set.of(MessageOutcome.SUCCESS), hub.messages().ended(DEVICE).stream().map(MessageTrace::outcome).collect(Collectors.toSet()));
        final List<FlowFileJournal.Entry> flowFiles = journal.read();
        flowFiles.forEach(flowFile -> assertEquals("m-" + flowFile.content(), flowFile.attribute(0)));
        final Set<String> contents = flowFiles.stream().map(FlowFileJournal.Entry::content).collect(Collectors.toSet());
        assertEquals(List.of(), IntStream.range(0, NUMBER).mapToObj(Integer::toString).filter(content -> !contents.contains(content)).toList());
    }

    /** Kills NiFi while the first message of a batch is being acknowledged: a FlowFile that is not committed by then is lost. */
    private static final class KillAtAcknowledgment implements Consumer<MessageTrace> {

        private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

        private final CompletableFuture<Void> killed = new CompletableFuture<>();
        private final int earliest;
        private int ended;
        private long lastNanos;

        private KillAtAcknowledgment(final int earliest) {
            this.earliest = earliest;
        }

        @Override
        public void accept(final MessageTrace message) {
            if (message.outcome() == null || killed.isDone()) {
                return;
            }

            ended++;
            final long now = System.nanoTime();
            if (ended > earliest && now - lastNanos > PAUSE_NANOS) {
                NIFI.get().kill();
                killed.complete(null);
            }
            lastNanos = now;
        }
    }
}
