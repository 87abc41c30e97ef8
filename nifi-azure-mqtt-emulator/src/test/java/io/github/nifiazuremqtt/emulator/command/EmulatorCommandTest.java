/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EmulatorCommandTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path directory;

    @Test
    void testStartPrintsWhatIsNeededToConnect() throws Exception {
        final EmulatorCommand command = new EmulatorCommand();
        final StringWriter out = new StringWriter();
        final Path caFile = directory.resolve("ca.pem");
        final CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(() -> CommandRun.of(command, out, "--mqtt-port=0", "--web-socket-port=0",
                "--management-port=0", "--ca-file=" + caFile, "--device=pump-1=" + KEY, "--device=pump-2", "--json"));
        while (!out.toString().contains("\n")) {
            Thread.onSpinWait();
        }

        final JsonNode started = new ObjectMapper().readTree(out.toString());
        assertTrue(started.at("/connectionStrings/pump-1").asText().endsWith(";DeviceId=pump-1;SharedAccessKey=" + KEY));
        assertTrue(started.at("/connectionStrings").has("pump-2"));
        assertTrue(Files.readString(caFile).startsWith("-----BEGIN CERTIFICATE-----"));
        final HttpResponse<String> health = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + started.get("managementPort").asInt() + "/emulator/health")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, health.statusCode());
        command.stop();
        assertEquals(0, run.get(10, TimeUnit.SECONDS).exitCode());
    }

    @Test
    void testGatewayIsInTheConnectionStrings() throws Exception {
        final EmulatorCommand command = new EmulatorCommand();
        final StringWriter out = new StringWriter();
        final CompletableFuture<CommandRun> run = CompletableFuture.supplyAsync(() -> CommandRun.of(command, out, "--mqtt-port=0", "--web-socket-port=0",
                "--management-port=0", "--ca-file=" + directory.resolve("ca.pem"), "--device=pump-1=" + KEY, "--json",
                "--host-name=contoso.azure-devices.net", "--gateway=localhost"));
        while (!out.toString().contains("\n")) {
            Thread.onSpinWait();
        }

        final String connectionString = new ObjectMapper().readTree(out.toString()).at("/connectionStrings/pump-1").asText();
        assertTrue(connectionString.startsWith("HostName=contoso.azure-devices.net;DeviceId=pump-1;SharedAccessKey=" + KEY + ";GatewayHostName=localhost:"),
                connectionString);
        command.stop();
        assertEquals(0, run.get(10, TimeUnit.SECONDS).exitCode());
    }

    @Test
    void testPortInUseIsOneClearLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final CommandRun run = CommandRun.of("--mqtt-port=" + taken.getLocalPort(), "--web-socket-port=0", "--management-port=0",
                    "--ca-file=" + directory.resolve("ca.pem"));
            assertEquals(1, run.exitCode());
            assertTrue(run.err().startsWith("Port %d cannot be opened on 127.0.0.1".formatted(taken.getLocalPort())));
            assertEquals(1, run.err().lines().count());
        }
    }

    @Test
    void testSasOfBrokenConnectionString() {
        final CommandRun run = CommandRun.of("sas", "HostName=hub;DeviceId=d");
        assertEquals(2, run.exitCode());
        assertEquals("The connection string has no SharedAccessKey", run.err().strip());
    }

    @Test
    void testLineOfMessage() {
        final TelemetryMessage message = new TelemetryMessage("hub", "dev-001", "", "{\"a\":1}\n{\"a\":2}".getBytes(StandardCharsets.UTF_8),
                Map.of("message-id", "m1", "content-type", "application/json", "iothub-connection-device-id", "dev-001"), Map.of("site", "plant\u001b[2JA"),
                Instant.EPOCH, 1, false);
        final String line = ArrivalPrinter.line(message);
        assertTrue(line.endsWith(" dev-001 15 B application/json [message-id=m1, site=plant [2JA] {\"a\":1} {\"a\":2}"), line);
    }

    @Test
    void testLineOfLongAndBinaryBodies() {
        assertTrue(line("x".repeat(500).getBytes(StandardCharsets.UTF_8)).endsWith("x…"));
        assertTrue(line(new byte[]{(byte) 0xFF}).endsWith("(binary)"));
        assertFalse(line(new byte[0]).contains("binary"));
    }

    private static String line(final byte[] body) {
        return ArrivalPrinter.line(new TelemetryMessage("hub", "d", "m", body, Map.of(), Map.of(), Instant.EPOCH, 1, false));
    }
}
