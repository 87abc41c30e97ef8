/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whoever replays what ConsumeDesiredProperties gave out has the desired properties that the hub has, however bad the line is.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class DesiredPropertiesIT {

    private static final int NUMBER = 500;

    private static final long SEED = 20_261_120;

    private static final Duration PAUSE = Duration.ofMillis(25);

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(4);

    private final RandomPatches patches = new RandomPatches(SEED);

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    private IoTHubEmulator hub;
    private DeviceFlow flow;
    private FlowFileJournal journal;
    private int updates;

    @BeforeEach
    void create() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        flow = DeviceFlow.create(NIFI.get(), hub, DEVICE);
        final String consumer = flow.add(ProcessorSettings.azure("ConsumeDesiredProperties"));
        journal = flow.addJournal(consumer, "success", "iothub.twin.version", "iothub.twin.complete");
        flow.editor().startProcessor(consumer);
        awaitVersion(1);
    }

    @AfterEach
    void remove() throws Exception {
        flow.editor().delete();
        hub.close();
    }

    @Test
    void testConnectionDroppedEverySecond() throws Exception {
        hub.faults().everyone().closeEvery(Duration.ofSeconds(1));
        update(NUMBER);
        hub.faults().clear();

        awaitVersion(NUMBER + 1);
        assertReplayGivesDesiredProperties();
        assertTrue(hub.connections().opened(DEVICE) > 5, "opened " + hub.connections().opened(DEVICE));
    }

    @Test
    void testNiFiKilledInTheMiddle() throws Exception {
        update(NUMBER / 4);
        NIFI.get().kill();
        update(NUMBER / 4);
        hub.faults().everyone().closeEvery(Duration.ofSeconds(1));
        NIFI.get().start();
        update(NUMBER / 2);
        hub.faults().clear();

        awaitVersion(NUMBER + 1);
        assertReplayGivesDesiredProperties();
    }

    /** Makes so many updates with a pause after each. */
    private void update(final int number) throws Exception {
        final int last = updates + number;
        final CompletableFuture<Void> done = new CompletableFuture<>();
        try (ScheduledExecutorService backEnd = Executors.newSingleThreadScheduledExecutor()) {
            backEnd.scheduleAtFixedRate(() -> {
                try {
                    updates++;
                    hub.twins().patchDesired(DEVICE, patches.next(updates).toString());
                    if (updates == last) {
                        done.complete(null);
                    }
                } catch (final ServiceException | RuntimeException e) {
                    done.completeExceptionally(e);
                }
            }, 0, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
            try {
                done.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            } finally {
                backEnd.shutdownNow();
            }
        }
    }

    /** A connection that broke so often may be left alone for minutes. */
    private void awaitVersion(final long version) throws Exception {
        Await.until("version " + version, LONGEST_PAUSE, () -> journal.read().stream().anyMatch(entry -> version(entry) == version));
    }

    private static long version(final FlowFileJournal.Entry entry) {
        return Long.parseLong(entry.attribute(0));
    }

    private void assertReplayGivesDesiredProperties() throws Exception {
        flow.awaitEmpty(LIMIT);
        final List<FlowFileJournal.Entry> flowFiles = journal.read();
        final FoldedSection replayed = new FoldedSection();
        long version = 0;
        int whole = 0;
        for (final FlowFileJournal.Entry flowFile : flowFiles) {
            final boolean complete = Boolean.parseBoolean(flowFile.attribute(1));
            assertTrue(version(flowFile) >= version, "version %d after %d".formatted(version(flowFile), version));
            assertTrue(complete || version(flowFile) == version + 1, "patch %d after %d".formatted(version(flowFile), version));
            version = version(flowFile);
            whole += complete ? 1 : 0;
            replayed.take(flowFile.content(), complete);
        }

        Report.line("seed %d, %d updates over %d connections: %d FlowFiles, %d of them whole sections, version %d", SEED, updates,
                hub.connections().opened(DEVICE), flowFiles.size(), whole, version);
        assertEquals(NUMBER + 1, version);
        assertEquals(FoldedSection.parse(hub.twins().desired(IdentityKey.device(DEVICE)).toString()), replayed.properties());
    }
}
