/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Keeps a {@link PublishFlow} under load while something is changed, and says what that cost.
 */
final class FlowUnderLoad implements Consumer<TelemetryMessage> {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final int BACKLOG = 4_000;

    private static final int LINES_PER_FILE = 1_000;

    private final PublishFlow flow;
    private final IoTHubEmulator hub;
    private final String device;
    private final IndexLog arrived = new IndexLog();
    private final LongestPause pause = new LongestPause();
    private int lines;

    /**
     * @param flow   flow whose services are enabled; it is started
     * @param device the one device of the flow
     */
    FlowUnderLoad(final PublishFlow flow, final IoTHubEmulator hub, final String device) throws InterruptedException, TimeoutException {
        this.flow = flow;
        this.hub = hub;
        this.device = device;
        hub.telemetry().addListener(this);
        // Slow enough that the backlog outlasts what is changed.
        hub.faults().client(device).delayPubacks(Duration.ofMillis(50));
        flow.start();
        awaitMoreMessages();
    }

    @Override
    public void accept(final TelemetryMessage message) {
        if (message.deviceId().equals(device)) {
            arrived.accept(message);
            pause.accept(message);
        }
    }

    /** Does something, waits until it has taken effect and messages flow again, and returns the longest pause. */
    Duration change(final Change change, final String effect, final Await.Condition condition) throws Exception {
        awaitFed("a backlog", () -> flow.queued() >= LINES_PER_FILE);
        pause.restart();
        change.apply();
        awaitFed(effect, condition);
        awaitMoreMessages();
        return pause.longest();
    }

    private void awaitMoreMessages() throws InterruptedException, TimeoutException {
        final int goal = arrived.lines() + LINES_PER_FILE;
        awaitFed("messages of " + device, () -> arrived.lines() >= goal);
    }

    private void awaitFed(final String what, final Await.Condition condition) throws InterruptedException, TimeoutException {
        Await.until(what, LIMIT, () -> {
            feed();
            return condition.holds();
        });
    }

    private void feed() {
        if (flow.isTaken() && flow.queued() < BACKLOG) {
            try {
                flow.drop(lines, LINES_PER_FILE, "telemetry");
                lines += LINES_PER_FILE;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Waits for all messages, of which none may be lost, have failed, or have come out of order, and removes the flow. */
    void finish() throws InterruptedException, TimeoutException {
        arrived.await(lines, LIMIT);
        flow.awaitPublished(LIMIT);
        assertEquals(lines, arrived.lines());
        assertEquals(0, flow.failed());
        assertEquals(0, arrived.overtaken());
        hub.telemetry().removeListener(this);
        flow.editor().delete();
    }

    int lines() {
        return lines;
    }

    int repeats() {
        return arrived.repeats();
    }

    /** What is changed. */
    @FunctionalInterface
    interface Change {

        void apply() throws Exception;
    }
}
