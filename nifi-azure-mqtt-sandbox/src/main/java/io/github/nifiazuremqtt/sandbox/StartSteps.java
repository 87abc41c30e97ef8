/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Tells what a start is busy with: a line for each step, and while a step takes its time a line every few seconds.
 */
final class StartSteps implements AutoCloseable {

    private final PrintWriter out;
    private final long started;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("Start Steps").daemon().factory());
    private final Duration interval;
    private String step = "";
    private Supplier<String> detail = () -> "";
    private long newest;

    /**
     * @param started  time of {@link System#nanoTime()} from which the seconds are counted
     * @param interval longest silence
     */
    StartSteps(final PrintWriter out, final long started, final Duration interval) {
        this.out = out;
        this.started = started;
        this.interval = interval;
        this.newest = started;
        final long pause = interval.toNanos() / 2;
        clock.scheduleWithFixedDelay(this::breakSilence, pause, pause, TimeUnit.NANOSECONDS);
    }

    void begin(final String text) {
        begin(text, () -> "");
    }

    /**
     * @param detail what the step is at, asked while it takes its time; empty if that is not known
     */
    synchronized void begin(final String text, final Supplier<String> detail) {
        this.step = text;
        this.detail = detail;
        say(text);
    }

    private synchronized void breakSilence() {
        if (System.nanoTime() - newest >= interval.toNanos() / 2 && !step.isEmpty()) {
            final String known = detail.get();
            say("  " + (known.isEmpty() ? "still: " + step : known));
        }
    }

    private void say(final String text) {
        newest = System.nanoTime();
        out.println("%3d s  %s".formatted(Duration.ofNanos(newest - started).toSeconds(), text));
        out.flush();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
