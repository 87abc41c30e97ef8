/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The way of device-to-cloud messages into the hub. Behind an IoT Edge gateway it can be down: messages then wait there, at most for their time to live. */
public final class Uplink {

    /** As in the deployment that IoT Edge begins with. */
    private static final Duration STOCK_TIME_TO_LIVE = Duration.ofSeconds(7200);

    private final Consumer<TelemetryMessage> arrival;
    private final Clock clock;
    private final Deque<TelemetryMessage> waiting = new ArrayDeque<>();
    private Duration timeToLive = STOCK_TIME_TO_LIVE;
    private volatile boolean down;

    Uplink(final Consumer<TelemetryMessage> arrival, final Clock clock) {
        this.arrival = arrival;
        this.clock = clock;
    }

    public synchronized void timeToLive(final Duration duration) {
        timeToLive = duration;
    }

    public synchronized void goDown() {
        down = true;
    }

    /** Lets the messages that waited arrive, in their order. */
    public synchronized void comeBack() {
        final Instant oldest = clock.instant().minus(timeToLive);
        waiting.stream().filter(message -> !message.enqueuedTime().isBefore(oldest)).forEach(arrival);
        waiting.clear();
        down = false;
    }

    /** Messages that are acknowledged and have not arrived. */
    public synchronized int waiting() {
        return waiting.size();
    }

    void send(final TelemetryMessage message) {
        if (!down || !keep(message)) {
            arrival.accept(message);
        }
    }

    synchronized void reset() {
        waiting.clear();
        down = false;
        timeToLive = STOCK_TIME_TO_LIVE;
    }

    private synchronized boolean keep(final TelemetryMessage message) {
        if (down) {
            waiting.add(message);
        }

        return down;
    }
}
