/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StartStepsTest {

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final StringWriter out = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void testStepThatTakesItsTimeIsNotSilent() throws Exception {
        try (StartSteps steps = new StartSteps(new PrintWriter(out), System.nanoTime(), INTERVAL)) {
            steps.begin("first step");
            steps.begin("second step");
            Await.until("three more lines", LIMIT, () -> lines().size() >= 5);
        }
        assertTrue(lines().getFirst().matches(" *\\d+ s  first step"), out.toString());
        assertTrue(lines().getLast().matches(" *\\d+ s {4}still: second step"), out.toString());
    }

    @Test
    void testWhatNiFiIsAtIsSaid() throws Exception {
        final Path log = Files.createDirectories(directory.resolve("logs")).resolve("nifi-app.log");
        try (StartSteps steps = new StartSteps(new PrintWriter(out), System.nanoTime(), INTERVAL)) {
            steps.begin("Starting NiFi", () -> NiFiInstance.newestMessage(directory));
            Await.until("a line without a log", LIMIT, () -> out.toString().contains("still: Starting NiFi"));
            Files.writeString(log, """
                    2026-11-25 11:00:00,001 INFO [main] org.apache.nifi.NiFi Launching NiFi
                    2026-11-25 11:00:01,002 WARN [main] org.apache.nifi.nar.NarUnpacker Expanding %s
                    java.lang.IllegalStateException: with
                        at a.trace
                    2026-11-25 11:00:02,003 INFO [main] org.apa""".formatted("nar ".repeat(100)));
            Await.until("a line of the log", LIMIT, () -> out.toString().contains(" s    Expanding nar nar"));
        }
        assertTrue(lines().stream().allMatch(line -> line.length() < 140), out.toString());
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }
}
