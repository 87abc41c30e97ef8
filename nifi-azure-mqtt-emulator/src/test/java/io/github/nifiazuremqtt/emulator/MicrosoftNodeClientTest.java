/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Microsoft's clients for Node are the judges of the management port and the service API. npm installs them below {@code target}, once. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class MicrosoftNodeClientTest {

    private static final Path DIRECTORY = Path.of("target", "node-clients").toAbsolutePath();
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @BeforeAll
    static void install() throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        final String wanted = resource("package.json");
        final Path installed = DIRECTORY.resolve("installed.json");
        if (!Files.exists(installed) || !Files.readString(installed).equals(wanted)) {
            Files.writeString(DIRECTORY.resolve("package.json"), wanted);
            final Process npm = start(List.of("npm", "install", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts",
                    "--cache", DIRECTORY.resolve("cache").toString()), Map.of());
            final String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, npm.waitFor(), output);
            Files.copy(DIRECTORY.resolve("package.json"), installed, StandardCopyOption.REPLACE_EXISTING);
        }

        Files.writeString(DIRECTORY.resolve("clients.cjs"), resource("clients.cjs"));
    }

    @Test
    void testCreatedDeviceConnectsAndRegistryIsServed() throws IOException, InterruptedException {
        try (IoTHubEmulator hub = IoTHubEmulator.builder().start(); DpsEmulator dps = DpsEmulator.builder().hub(hub).startBesideHub()) {
            final JsonNode seen = run(hub);
            final JsonNode management = seen.get("management");
            assertEquals("node-1", management.get("deviceId").asText());
            assertEquals(44, management.get("keyLength").asInt(), "the empty keys that the client sends are replaced");
            assertEquals(1, management.get("desiredVersion").asInt());
            assertEquals(List.of("{\"temperature\":21.5}"), hub.telemetry().messages().stream().map(message -> message.text()).toList());

            final JsonNode serviceApi = seen.get("serviceApi");
            assertEquals("DeviceAlreadyExistsError 409", serviceApi.get("createdTwice").asText());
            assertEquals("DeviceNotFoundError 404", serviceApi.get("missing").asText());
            assertTrue(serviceApi.at("/added/isSuccessful").asBoolean(), serviceApi.toString());
            assertTrue(serviceApi.get("refused").asText().endsWith("400"), serviceApi.toString());
            assertTrue(serviceApi.get("keyKept").asBoolean());
            assertEquals("{\"totalDeviceCount\":3,\"enabledDeviceCount\":1,\"disabledDeviceCount\":2}", serviceApi.get("statistics").toString());
            assertEquals("[[\"node-1\",\"node-2\"],[\"node-3\"]]", serviceApi.get("pages").toString());
            assertEquals("[\"node-1\",\"node-2\",\"node-3\"]", serviceApi.get("listed").toString());
            assertEquals("[\"camera\"]", serviceApi.get("modules").toString());
            assertEquals("DeviceNotFoundError 404", serviceApi.get("deleted").asText());

            final JsonNode provisioning = seen.get("provisioning");
            assertEquals("enabled", provisioning.get("status").asText());
            assertTrue(provisioning.get("conflict").asText().endsWith("409"), provisioning.toString());
            assertEquals(44, provisioning.get("keyLength").asInt());
            assertEquals("press-four", provisioning.get("deviceId").asText());
            assertTrue(provisioning.get("stale").asText().endsWith("412"), provisioning.toString());
            assertEquals("[\"press-4\"]", provisioning.get("found").toString());
            assertTrue(provisioning.get("deleted").asText().endsWith("404"), provisioning.toString());
            assertEquals(List.of("plant"), dps.enrollments().groups().stream().map(group -> group.id()).toList());
        }
    }

    private static JsonNode run(final IoTHubEmulator hub) throws IOException, InterruptedException {
        final Path caFile = hub.authority().writePem(DIRECTORY.resolve("ca.pem"));
        final String ports = MAPPER.writeValueAsString(Map.of("mqttPort", hub.mqttPort(), "managementPort", hub.managementPort(),
                "serviceApiPort", hub.serviceApiPort(), "ownerConnectionString", hub.serviceConnectionString(hub.hub(), "iothubowner")));
        final Process node = start(List.of("node", "clients.cjs"), Map.of("EMULATOR", ports, "NODE_EXTRA_CA_CERTS", caFile.toString()));
        final String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, node.waitFor(), output);
        return MAPPER.readTree(output);
    }

    private static Process start(final List<String> command, final Map<String, String> environment) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).directory(DIRECTORY.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("NODE_NO_WARNINGS", "1");
        try {
            return builder.start();
        } catch (final IOException e) {
            throw new IOException(command.getFirst() + " is missing: install the packages nodejs and npm", e);
        }
    }

    private static String resource(final String name) throws IOException {
        try (InputStream content = MicrosoftNodeClientTest.class.getResourceAsStream("/node/" + name)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
