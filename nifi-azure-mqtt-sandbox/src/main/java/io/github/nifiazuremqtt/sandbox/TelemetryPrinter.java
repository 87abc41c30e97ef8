/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Prints what arrives at the hub, one line per message, and from time to time how many there were. When many arrive, only some of them are shown.
 */
final class TelemetryPrinter implements Consumer<TelemetryMessage> {

    private static final long LINES_PER_SECOND = 20;

    private static final long RATE_SECONDS = 10;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final PrintWriter out;
    private final long started;
    private long total;
    private long second;
    private long linesInSecond;
    private long rateStart;
    private long rateCount;

    /**
     * @param started time of {@link System#nanoTime()} from which the first message is counted
     */
    TelemetryPrinter(final PrintWriter out, final long started) {
        this.out = out;
        this.started = started;
    }

    @Override
    public synchronized void accept(final TelemetryMessage message) {
        final long now = System.nanoTime();
        total++;
        if (total == 1) {
            out.println("First message at the hub after %.1f s.".formatted((now - started) / 1e9));
            rateStart = now;
        }

        if (Duration.ofNanos(now - started).toSeconds() != second) {
            second = Duration.ofNanos(now - started).toSeconds();
            linesInSecond = 0;
        }
        linesInSecond++;
        if (linesInSecond <= LINES_PER_SECOND) {
            out.println(line(message));
        }

        rateCount++;
        if (now - rateStart >= Duration.ofSeconds(RATE_SECONDS).toNanos()) {
            out.println("--- %.1f messages per second, %d in all".formatted(rateCount * 1e9 / (now - rateStart), total));
            rateStart = now;
            rateCount = 0;
        }
        out.flush();
    }

    static String line(final TelemetryMessage message) {
        final String properties = message.applicationProperties().entrySet().stream()
                .filter(property -> !"tag".equals(property.getKey()))
                .map(property -> property.getKey() + "=" + property.getValue())
                .collect(Collectors.joining(" "));
        return "%s  %s  %s  %s  created %s".formatted(TIME.format(message.enqueuedTime()), message.deviceId(), message.text().replaceAll("\\p{Cntrl}+", " "),
                properties, message.systemProperties().get("iothub-creation-time-utc"));
    }
}
