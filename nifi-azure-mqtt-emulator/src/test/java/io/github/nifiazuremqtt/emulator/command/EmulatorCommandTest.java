/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EmulatorCommandTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path directory;

    @Test
    void testStartPrintsWhatIsNeededToConnect() throws Exception {
        final Path caFile = directory.resolve("copy.pem");
        try (RunningCommand run = RunningCommand.start(directory, "--ca-file=" + caFile, "--device=pump-1=" + KEY, "--device=pump-2", "--module=pump-2/m")) {
            final JsonNode started = run.started();
            assertTrue(started.at("/connectionStrings/pump-1").asText().endsWith(";DeviceId=pump-1;SharedAccessKey=" + KEY));
            assertTrue(started.at("/connectionStrings").has("pump-2"));
            assertTrue(started.get("connectionStrings").get("pump-2/m").asText().contains(";ModuleId=m;"));
            assertTrue(Files.readString(caFile).startsWith("-----BEGIN CERTIFICATE-----"));
            assertEquals(Files.readString(caFile), Files.readString(Path.of(started.get("caFile").asText())));
            final HttpResponse<String> health = HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + started.get("managementPort").asInt() + "/emulator/health")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, health.statusCode());
        }
    }

    @Test
    void testGatewayIsInTheConnectionStrings() throws Exception {
        try (RunningCommand run = RunningCommand.start(directory, "--device=pump-1=" + KEY, "--host-name=contoso.azure-devices.net", "--gateway=localhost")) {
            final String connectionString = run.started().at("/connectionStrings/pump-1").asText();
            assertTrue(connectionString.startsWith("HostName=contoso.azure-devices.net;DeviceId=pump-1;SharedAccessKey=" + KEY
                    + ";GatewayHostName=localhost:"), connectionString);
        }
    }

    @Test
    void testAuthorityAndKeysAreKeptForTheNextStart() throws Exception {
        final JsonNode first;
        try (RunningCommand run = RunningCommand.start(directory, "--device=a", "--enrollment-group=plant")) {
            first = run.started();
        }

        final String authority = Files.readString(directory.resolve("ca.pem"));
        try (RunningCommand run = RunningCommand.start(directory, "--device=a", "--device=b", "--enrollment-group=plant")) {
            assertEquals(withoutPort(first.at("/connectionStrings/a")), withoutPort(run.started().at("/connectionStrings/a")));
            assertEquals(withoutPort(first.at("/policies/localhost/iothubowner")), withoutPort(run.started().at("/policies/localhost/iothubowner")));
            assertEquals(first.at("/provisioning/enrollmentGroups/plant"), run.started().at("/provisioning/enrollmentGroups/plant"));
        }

        assertEquals(authority, Files.readString(directory.resolve("ca.pem")));
        for (final String secret : new String[]{"ca-key.pem", "keys.json"}) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(secret))), secret);
        }
    }

    @Test
    void testExampleOfTheConfigurationFileRuns() throws Exception {
        final String page = Files.readString(Path.of("..", "docs", "emulator.md"));
        final int start = page.indexOf("```json") + "```json".length();
        final Path file = Files.writeString(directory.resolve("plant.json"), page.substring(start, page.indexOf("```", start)));
        try (RunningCommand run = RunningCommand.start(directory, "--configuration=" + file)) {
            final JsonNode started = run.started();
            assertNotEquals(8883, started.get("mqttPort").asInt(), "the command line wins");
            assertTrue(started.at("/connectionStrings/press-2").asText().endsWith(KEY));
            assertTrue(started.get("connectionStrings").has("press-1/camera"));
            assertTrue(started.get("policies").has("127.0.0.2"));
            assertEquals("0ne00000001", started.at("/provisioning/idScope").asText());
            assertEquals("HxAREhMUFRYXGBkaGxwdHh8AAQIDBAUGBwgJCgsMDQ4=", started.at("/provisioning/enrollmentGroups/presses").asText());
            final String page2 = Files.readString(Path.of("..", "docs", "emulator.md"));
            Arrays.stream(EmulatorTimings.class.getRecordComponents()).forEach(timing -> assertTrue(page2.contains("`" + timing.getName() + "`")));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--device=x=notbase64 | [x]: The key, 9 characters long, is not Base64", "--device=x= | [x]: there is no key behind the =",
        "--device=x=c2hvcnQ= | [x]: The key is Base64 of 5 bytes", "--device= | The id [] is not made of", "--device=a b | The id [a b] is not made of",
        "--device=a --device=a | --device [a] is given twice", "--device=a --ca-device=a | --ca-device [a] is given twice",
        "--ca-device= | The id [] is not made of", "--module=m | --module [m] is not DEVICE/MODULE", "--module=a/m | there is no --device [a]",
        "--device=a --module=a/m --module=a/m | --module [a/m] is given twice", "--x509-device=a | [a] is not a name, =, and a file",
        "--x509-device=a=missing.pem | there is no file [", "--enrollment=a --enrollment=A | [a] is given twice", "--enrollment-group=a. | [a.] is not made of",
        "--x509-enrollment-group=g=plant | there is no --authority [plant]", "--mqtt-port=70000 | [70000] is not a port", "--mqtt-port=x | [x] is not a port",
        "--timing=lock=PT1S | --timing [lock] is none of connectWait", "--timing=messageLock=5 | [5] is not a duration", "--time-factor=0 | no factor of 0",
        "--switch=NOTHING | expected one of", "--hub=localhost | --hub [localhost] is given twice", "--devise=a | Unknown option",
        "--configuration=missing.json | there is no such file"})
    void testWhatCannotBeIsRefusedInASentence(final String arguments, final String sentence) {
        final String[] all = (arguments + "@--directory=" + directory).replace(" --", "@--").split("@");
        final CommandRun run = CommandRun.of(all);
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains(sentence), run.err());
        assertFalse(run.err().contains("notbase64") || run.err().contains("c2hvcnQ=") || run.err().contains("\tat "), run.err());
        assertTrue(run.err().lines().count() <= 3, run.err());
        assertTrue(Files.notExists(directory.resolve("keys.json")), "nothing is left behind");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{ \"device\": AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= } | line 1 is not JSON", "[] | it is not a JSON object",
        "{\"devise\": \"a\"} | there is no option --devise", "{\"configuration\": \"a\"} | there is no option --configuration",
        "{\"device\": null} | the value of device is neither", "{\"json\": \"yes\"} | the value of json is neither",
        "{\"device\": \"a\", \"device\": \"b\"} | was there before", "{\"mqtt-port\": 70000} | [70000] is not a port"})
    void testConfigurationFileIsRefusedInASentence(final String content, final String sentence) throws IOException {
        final Path file = Files.writeString(directory.resolve("wrong.json"), content);
        final CommandRun run = CommandRun.of("--configuration=" + file, "--directory=" + directory);
        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().contains(sentence), run.err());
        assertFalse(run.err().contains("AAECAw"), run.err());
    }

    @Test
    void testPortInUseIsOneClearLine() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (final String option : new String[]{"--mqtt-port", "--web-socket-port", "--management-port", "--service-api-port"}) {
                final List<String> arguments = new ArrayList<>(List.of("--directory=" + directory, option + "=" + taken.getLocalPort()));
                RunningCommand.FREE_PORTS.stream().filter(free -> !free.startsWith(option + "=")).forEach(arguments::add);
                final CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
                assertEquals(1, run.exitCode(), run.err());
                assertTrue(run.err().contains("ort %d cannot be opened".formatted(taken.getLocalPort())), run.err());
                assertEquals(1, run.err().lines().count(), run.err());
            }
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

    private static String withoutPort(final JsonNode connectionString) {
        return connectionString.asText().replaceFirst(":\\d+;", ";");
    }

    private static String line(final byte[] body) {
        return ArrivalPrinter.line(new TelemetryMessage("hub", "d", "m", body, Map.of(), Map.of(), Instant.EPOCH, 1, false));
    }
}
