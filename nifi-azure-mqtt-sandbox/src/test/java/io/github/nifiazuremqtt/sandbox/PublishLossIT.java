/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nothing is lost and nothing overtakes, whatever ends in the middle of 20,000 messages.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class PublishLossIT {

    private static final int NUMBER = 20_000;

    private static final String TEXT = "x".repeat(200);

    private static final String DEVICE = "dev-001";

    private static final Duration LIMIT = Duration.ofMinutes(4);

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    private IoTHubEmulator hub;
    private PublishFlow flow;
    private IndexLog arrived;

    @BeforeEach
    void start() throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        hub.telemetry().keepLast(0);
        arrived = new IndexLog();
        hub.telemetry().addListener(arrived);
        flow = PublishFlow.create(NIFI.get(), hub, hub.connectionString(DEVICE));
        flow.feed(0, NUMBER, TEXT);
    }

    @AfterEach
    void stop() throws Exception {
        flow.editor().delete();
        hub.close();
    }

    @Test
    void testNiFiKilledInTheMiddle() throws Exception {
        hub.faults().everyone().delayPubacks(Duration.ofMillis(50));
        flow.start();
        arrived.await(NUMBER / 4, LIMIT);

        NIFI.get().kill();
        final int before = arrived.lines();
        NIFI.get().start();

        arrived.await(NUMBER, LIMIT);
        flow.awaitPublished(LIMIT);
        assertTrue(before < NUMBER, "killed too late: %d".formatted(before));
        assertAllArrivedOnceOrAgainUnderTheSameId("killed after %d".formatted(before));
    }

    @Test
    void testHubClosesEveryTwoSeconds() throws Exception {
        hub.faults().everyone().delayPubacks(Duration.ofMillis(100)).closeEvery(Duration.ofSeconds(2));

        flow.start();

        arrived.await(NUMBER, LIMIT);
        flow.awaitPublished(LIMIT);
        assertTrue(hub.connections().opened(DEVICE) > 2, "opened " + hub.connections().opened(DEVICE));
        assertAllArrivedOnceOrAgainUnderTheSameId("connections opened: %d".formatted(hub.connections().opened(DEVICE)));
    }

    @Test
    void testHubAwayForAWhile() throws Exception {
        publishAcrossOutage(Duration.ofSeconds(20));
    }

    @Test
    @Tag("long")
    void testHubAwayForAMinute() throws Exception {
        publishAcrossOutage(Duration.ofSeconds(60));
    }

    private void publishAcrossOutage(final Duration outage) throws Exception {
        hub.faults().everyone().delayPubacks(Duration.ofMillis(50));
        flow.start();
        arrived.await(NUMBER / 4, LIMIT);

        final long heapBefore = liveHeap();
        hub.faults().goAway(outage);
        Await.until("half of the time is over", outage, new Elapsed(outage.dividedBy(2)));
        final long heapAway = liveHeap();
        final int queuedAway = flow.queued();

        arrived.await(NUMBER, LIMIT);
        flow.awaitPublished(LIMIT);
        assertTrue(queuedAway > 0);
        assertTrue(heapAway - heapBefore < 100 * 1024 * 1024, "heap grew from %d to %d".formatted(heapBefore, heapAway));
        assertAllArrivedOnceOrAgainUnderTheSameId("live heap before %d MB, while away %d MB".formatted(heapBefore >> 20, heapAway >> 20));
    }

    @Test
    void testAcknowledgmentsSwallowed() throws Exception {
        flow.stop();
        flow.editor().updateProcessor(flow.publisher(), Map.of("Acknowledgment Timeout", "5 sec"));
        hub.faults().everyone().swallowEveryPuback(3_000);

        flow.start();

        arrived.await(NUMBER, LIMIT);
        hub.faults().everyone().swallowEveryPuback(0);
        flow.awaitPublished(LIMIT);
        assertTrue(arrived.repeats() > 0);
        assertAllArrivedOnceOrAgainUnderTheSameId("every 3000th PUBACK swallowed");
    }

    private long liveHeap() throws Exception {
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(NIFI.get().pid()), "GC.run")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        return NIFI.get().client().monitor().heapUsed();
    }

    private void assertAllArrivedOnceOrAgainUnderTheSameId(final String what) {
        Report.line("%s: %d lines, %d distinct message ids, %d repeated, %d overtaken", what, arrived.lines(), arrived.distinctIds(), arrived.repeats(),
                arrived.overtaken());
        assertEquals(NUMBER, arrived.lines());
        assertEquals(NUMBER, arrived.distinctIds());
        assertEquals(0, arrived.repeatsUnderAnotherId());
        assertEquals(0, arrived.overtaken());
        assertEquals(0, flow.failed());
    }
}
