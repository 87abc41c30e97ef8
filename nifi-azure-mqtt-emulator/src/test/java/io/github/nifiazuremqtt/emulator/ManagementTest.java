/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ManagementTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").hub("127.0.0.2").freshPerTest().build();

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void testDeviceIsCreatedReadReplacedAndDeleted() throws IOException, InterruptedException {
        final HttpResponse<String> created = send("PUT", "/devices/new%27one?api-version=2021-04-12", "{\"deviceId\":\"new'one\"}", "");
        assertEquals(200, created.statusCode());
        final JsonNode device = mapper.readTree(created.body());
        assertEquals("new'one", device.get("deviceId").asText());
        assertEquals("sas", device.at("/authentication/type").asText());
        assertEquals("Disconnected", device.get("connectionState").asText());
        assertEquals(409, send("PUT", "/devices/new%27one", "{}", "").statusCode());
        assertEquals(412, send("PUT", "/devices/new%27one", "{}", "\"0\"").statusCode());
        final HttpResponse<String> disabled = send("PUT", "/devices/new%27one", "{\"status\":\"disabled\"}", "\"" + device.get("etag").asText() + "\"");
        assertEquals("disabled", mapper.readTree(disabled.body()).get("status").asText());
        assertEquals(device.at("/authentication/symmetricKey"), mapper.readTree(disabled.body()).at("/authentication/symmetricKey"));
        assertEquals(2, mapper.readTree(send("GET", "/devices", "", "").body()).size());
        assertEquals(204, send("DELETE", "/devices/new%27one", "", "*").statusCode());
        final HttpResponse<String> missing = send("GET", "/devices/new%27one", "", "");
        assertEquals(404, missing.statusCode());
        assertTrue(missing.body().contains("ErrorCode:DeviceNotFound"));
    }

    @Test
    void testModules() throws IOException, InterruptedException {
        assertEquals(404, send("PUT", "/devices/nobody/modules/m", "{}", "").statusCode());
        assertEquals(200, send("PUT", "/devices/dev-001/modules/m", "{}", "").statusCode());
        assertEquals("m", mapper.readTree(send("GET", "/devices/dev-001/modules", "", "").body()).at("/0/moduleId").asText());
        assertEquals(204, send("DELETE", "/devices/dev-001/modules/m", "", "").statusCode());
        assertEquals(404, send("GET", "/devices/dev-001/modules/m", "", "").statusCode());
    }

    @Test
    void testHubIsChosenByQuery() throws IOException, InterruptedException {
        assertEquals(404, send("GET", "/devices/dev-001?hub=127.0.0.2", "", "").statusCode());
        assertEquals(200, send("GET", "/devices/dev-001?hub=localhost", "", "").statusCode());
    }

    @Test
    void testTelemetryCountersAndConnections() throws IOException, InterruptedException {
        final IoTHubEmulator emulator = HUB.emulator();
        try (RawMqttClient client = RawMqttClient.open(emulator)) {
            client.connectWith(RawMqttClient.connect(emulator, "dev-001"));
            client.publish("devices/dev-001/messages/events/a=b&c", 1, "text").readPuback();
            client.publish(0x02, "devices/dev-001/messages/events", 2, new byte[]{(byte) 0xFF}).readPuback();
            final JsonNode telemetry = mapper.readTree(send("GET", "/emulator/telemetry?device=dev-001", "", "").body());
            assertEquals("text", telemetry.at("/0/body").asText());
            assertEquals("b", telemetry.at("/0/properties/a").asText());
            assertTrue(telemetry.at("/0/properties").get("c").isNull());
            assertEquals("/w==", telemetry.at("/1/bodyBase64").asText());
            final JsonNode counters = mapper.readTree(send("GET", "/emulator/counters", "", "").body());
            assertEquals(1, counters.get("connectionsOpen").asInt());
            assertEquals(2, counters.at("/telemetry/localhost").asInt());
            assertEquals("dev-001", mapper.readTree(send("GET", "/emulator/connections", "", "").body()).at("/open/0/clientId").asText());
            assertEquals("Connected", mapper.readTree(send("GET", "/devices/dev-001", "", "").body()).get("connectionState").asText());
        }
    }

    @Test
    void testFaults() throws IOException, InterruptedException {
        assertEquals(400, send("POST", "/emulator/faults", "{\"earthquake\":1}", "").statusCode());
        assertEquals(204, send("POST", "/emulator/faults", "{\"clientId\":\"dev-001\",\"refuseConnects\":{\"code\":3,\"times\":1}}", "").statusCode());
        assertEquals(3, connect());
        assertEquals(0, connect());
        assertEquals(204, send("POST", "/emulator/faults", "{\"poison\":{\"property\":\"p\",\"value\":\"bad\"}}", "").statusCode());
        assertEquals(204, send("DELETE", "/emulator/faults", "", "").statusCode());
        assertFalse(HUB.emulator().faults().of("dev-001").pubackDelay().isPositive());
    }

    @Test
    void testHealthAndTrust() throws IOException, InterruptedException {
        final JsonNode health = mapper.readTree(send("GET", "/emulator/health", "", "").body());
        assertEquals("up", health.get("status").asText());
        assertEquals(HUB.emulator().mqttPort(), health.get("mqttPort").asInt());
        assertEquals(HUB.emulator().authority().pem(), send("GET", "/emulator/trust", "", "").body());
    }

    @Test
    void testIndexNamesAllPaths() throws IOException, InterruptedException {
        final JsonNode paths = mapper.readTree(send("GET", "/", "", "").body()).get("paths");
        assertEquals("[\"DELETE\",\"GET\",\"PUT\"]", paths.get("/devices/{device}").toString());
        assertEquals("[\"GET\",\"POST\"]", paths.get("/devices").toString());
        assertTrue(paths.has("/emulator/faults"));
        final HttpResponse<String> wrongMethod = send("PATCH", "/devices", "", "");
        assertEquals(405, wrongMethod.statusCode());
        assertTrue(wrongMethod.body().contains("/devices takes GET, POST, not PATCH"), wrongMethod.body());
        assertEquals(404, send("GET", "/nothing", "", "").statusCode());
    }

    private int connect() throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            return client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001"));
        }
    }

    private HttpResponse<String> send(final String method, final String path, final String body, final String ifMatch) throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HUB.emulator().managementPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!ifMatch.isEmpty()) {
            request.header("If-Match", ifMatch);
        }

        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
