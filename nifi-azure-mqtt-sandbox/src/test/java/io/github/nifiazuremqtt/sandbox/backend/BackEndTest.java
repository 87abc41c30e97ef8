/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/**
 * What the commands say when there is nobody to answer. What they do when there is: CommandFlowIT.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BackEndTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void testNoDemoIsRunning() throws Exception {
        final int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        for (final List<String> command : List.of(List.of("send-message", "text"), List.of("set-desired", "name", "1"), List.of("call-method", "name"))) {
            err.getBuffer().setLength(0);
            assertEquals(CommandLine.ExitCode.SOFTWARE, run(port, command));
            assertEquals("No demo is running: nothing answers on port %d. Start it with ./run demo in another terminal.".formatted(port), err.toString().strip());
            assertEquals("", out.toString());
        }
    }

    @Test
    void testDeviceThatIsNotThere() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").start()) {
            assertEquals(CommandLine.ExitCode.SOFTWARE, run(emulator.managementPort(), List.of("call-method", "reboot")));
            assertTrue(err.toString().startsWith("The hub answers 404: "), err.toString());
            assertEquals(1, err.toString().lines().count());

            err.getBuffer().setLength(0);
            assertEquals(CommandLine.ExitCode.SOFTWARE, run(emulator.managementPort(), List.of("send-message", "text", "--device", "line 5")));
            assertTrue(err.toString().contains("[line 5]"), err.toString());
        }
    }

    @Test
    void testPayloadThatIsNotJson() {
        assertEquals(CommandLine.ExitCode.SOFTWARE, run(1, List.of("call-method", "reboot", "{delay")));
        assertEquals("The payload is not JSON: {delay", err.toString().strip());
    }

    @Test
    void testRemovedPropertyIsNotWaitedFor() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").start()) {
            assertEquals(CommandLine.ExitCode.OK, run(emulator.managementPort(), List.of("set-desired", "samplingSeconds", "null")));
            assertEquals("Desired version 2 of line4: samplingSeconds = null", out.toString().strip());
        }
    }

    private int run(final int port, final List<String> command) {
        final List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of("--management-port", Integer.toString(port)));
        return BackEnd.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments.toArray(String[]::new));
    }
}
