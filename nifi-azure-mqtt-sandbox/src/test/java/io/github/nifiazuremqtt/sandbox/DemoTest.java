/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A demo beside another one of the same checkout. No NiFi is there to be started: what matters happens before.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DemoTest {

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    @Test
    void testDirectoryOfAnotherDemoStays() throws Exception {
        try (DemoPorts first = new DemoPorts(directory.resolve("ports"))) {
            final int web = first.claim(0, "--nifi-port");
            final Path flow = file(directory.resolve("demo-" + web).resolve("conf/flow.json.gz"));
            final Path earlier = file(directory.resolve("demo/conf/flow.json.gz"));

            assertEquals(CommandLine.ExitCode.SOFTWARE, demo("--nifi-port", "0"));
            assertTrue(err.toString().contains("No assembled NiFi"), err.toString());
            assertTrue(Files.exists(flow) && Files.exists(earlier));
        }
    }

    @Test
    void testPortOfADemoThatDoesNotListenYet() throws Exception {
        for (final String option : new String[] {"--nifi-port", "--listen-port", "--mqtt-port", "--management-port"}) {
            err.getBuffer().setLength(0);
            final int port;
            try (DemoPorts first = new DemoPorts(directory.resolve("ports"))) {
                port = first.claim(0, option);
                final Path flow = file(directory.resolve("demo-" + port).resolve("conf/flow.json.gz"));
                assertEquals(CommandLine.ExitCode.SOFTWARE, demo(option, Integer.toString(port)));
                assertEquals("Port %d belongs to a demo that runs or starts: choose another one with %s, or end that demo".formatted(port, option),
                        err.toString().strip());
                assertTrue(Files.exists(flow));
            }

            try (DemoPorts next = new DemoPorts(directory.resolve("ports"))) {
                assertEquals(port, next.claim(port, option));
            }
        }
    }

    @Test
    void testPortOfAnotherProgram() throws Exception {
        try (ServerSocket program = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); DemoPorts ports = new DemoPorts(directory.resolve("ports"))) {
            final IOException refusal = assertThrows(IOException.class, () -> ports.claim(program.getLocalPort(), "--mqtt-port"));
            assertEquals("Port %d is in use: choose another one with --mqtt-port".formatted(program.getLocalPort()), refusal.getMessage());
        }
    }

    @Test
    void testFreePortsAreDifferent() throws Exception {
        try (DemoPorts ports = new DemoPorts(directory.resolve("ports"))) {
            assertNotEquals(ports.claim(0, "--nifi-port"), ports.claim(0, "--listen-port"));
        }
    }

    private int demo(final String option, final String value) {
        final StringWriter out = new StringWriter();
        return new CommandLine(new Demo()).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .setOverwrittenOptionsAllowed(true)
                .execute("--nifi-port", "0", "--listen-port", "0", "--management-port", "0", "--directory", directory.toString(), option, value);
    }

    private static Path file(final Path path) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.writeString(path, "flow");
    }
}
