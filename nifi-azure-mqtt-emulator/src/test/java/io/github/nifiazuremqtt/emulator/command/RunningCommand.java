/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An emulator that was started by its command line, on free ports and with JSON as output. */
public final class RunningCommand implements AutoCloseable {

    static final List<String> FREE_PORTS = List.of("--mqtt-port=0", "--web-socket-port=0", "--management-port=0", "--service-api-port=0");
    private static final int SECONDS = 120;
    private static final long POLL_NANOS = 10_000_000;

    private final EmulatorCommand command = new EmulatorCommand();
    private final StringWriter out = new StringWriter();
    private CompletableFuture<CommandRun> run;

    public static RunningCommand start(final Path directory, final String... more) throws InterruptedException {
        final List<String> arguments = new ArrayList<>(FREE_PORTS);
        arguments.addAll(List.of("--directory=" + directory, "--json"));
        arguments.addAll(List.of(more));
        final RunningCommand started = new RunningCommand();
        started.run = CompletableFuture.supplyAsync(() -> CommandRun.of(started.command, started.out, arguments.toArray(String[]::new)));
        started.await("\n");
        return started;
    }

    /** What it printed first. */
    public JsonNode started() throws IOException {
        return new ObjectMapper().readTree(output().lines().findFirst().orElseThrow());
    }

    public String output() {
        return out.toString();
    }

    /** Waits until it has printed a text. */
    public void await(final String text) throws InterruptedException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!output().contains(text)) {
            if (run.isDone() || System.nanoTime() > deadline) {
                throw new AssertionError("not printed: %s, but %s".formatted(text, run.isDone() ? run.join() : output()));
            }

            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    @Override
    public void close() throws Exception {
        command.stop();
        assertEquals(0, run.get(SECONDS, TimeUnit.SECONDS).exitCode());
    }
}
