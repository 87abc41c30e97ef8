/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The identity registry as Microsoft's REST reference describes it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RegistryApiTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").freshPerTest().build();

    private static final String KEYS = "{'authentication':{'type':'sas','symmetricKey':{'primaryKey':'%s','secondaryKey':'%s'}}}";

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'authentication':null}", "{'authentication':{'symmetricKey':{'primaryKey':'','secondaryKey':''},'type':'sas'}}",
            "{'authentication':{'symmetricKey':{'primaryKey':null,'secondaryKey':null}}}", "{'authentication':{'symmetricKey':null,'type':'sas'}}"})
    void testEmptyKeysAreReplaced(final String body) throws IOException, InterruptedException {
        final JsonNode device = json(200, send("PUT", "/devices/fresh", body));
        assertEquals(44, device.at("/authentication/symmetricKey/primaryKey").asText().length());
        assertEquals(44, device.at("/authentication/symmetricKey/secondaryKey").asText().length());
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "fresh")));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a%20b | {}", "a%2Fb | {}", "%C3%A4 | {}", "ok | {'deviceId':'other'}", "ok | {'status':'maybe'}", "ok | {'status':1}", "ok | []", "ok | 7", "ok | nojson",
        "ok | {'authentication':{'type':'password'}}", "ok | {'authentication':{'type':'selfSigned'}}",
        "ok | {'authentication':{'type':'selfSigned','x509Thumbprint':{'primaryThumbprint':'12'}}}",
        "ok | {'authentication':{'symmetricKey':{'primaryKey':'not Base64!'}}}", "ok | {'authentication':{'symmetricKey':{'primaryKey':'c2hvcnQ='}}}"})
    void testWhatNoHubTakesIsRefused(final String id, final String body) throws IOException, InterruptedException {
        final HttpResponse<String> response = send("PUT", "/devices/" + id, body);
        assertError(400, "ArgumentInvalid", response);
        assertFalse(response.body().contains("not Base64!"), response.body());
        assertEquals(404, send("GET", "/devices/ok", "").statusCode());
    }

    @Test
    void testLongIdIsRefused() throws IOException, InterruptedException {
        assertEquals(400, send("PUT", "/devices/" + "x".repeat(129), "{}").statusCode());
        assertEquals(200, send("PUT", "/devices/" + "x".repeat(128), "{}").statusCode());
    }

    @Test
    void testConditions() throws IOException, InterruptedException {
        assertError(404, "DeviceNotFound", send("PUT", "/devices/d", "{}", "If-Match", "*"));
        final HttpResponse<String> created = send("PUT", "/devices/d", "{}");
        final String etag = json(200, created).get("etag").asText();
        assertEquals('"' + etag + '"', created.headers().firstValue("ETag").orElseThrow());
        assertError(409, "DeviceAlreadyExists", send("PUT", "/devices/d", "{}"));
        assertError(412, "PreconditionFailed", send("PUT", "/devices/d", "{}", "If-Match", "\"other\""));
        final String changed = json(200, send("PUT", "/devices/d", "{'status':'disabled'}", "If-Match", '"' + etag + '"')).get("etag").asText();
        assertNotEquals(etag, changed);
        assertError(412, "PreconditionFailed", send("PUT", "/devices/d", "{}", "If-Match", '"' + etag + '"'));
        assertError(412, "PreconditionFailed", send("DELETE", "/devices/d", "", "If-Match", '"' + etag + '"'));
        assertEquals(200, send("PUT", "/devices/d", "{}", "If-Match", "*").statusCode());
        assertEquals(204, send("DELETE", "/devices/d", "").statusCode());
        assertError(404, "DeviceNotFound", send("DELETE", "/devices/d", ""));
    }

    @Test
    void testModuleErrorsAreThoseOfModules() throws IOException, InterruptedException {
        assertError(404, "DeviceNotFound", send("PUT", "/devices/nobody/modules/m", "{}"));
        assertError(404, "DeviceNotFound", send("GET", "/devices/nobody/modules", ""));
        assertEquals(200, send("PUT", "/devices/dev-001/modules/m", "{}").statusCode());
        assertError(409, "ModuleAlreadyExistsOnDevice", send("PUT", "/devices/dev-001/modules/m", "{}"));
        assertError(404, "ModuleNotFound", send("GET", "/devices/dev-001/modules/other", ""));
        final JsonNode module = json(200, send("PUT", "/devices/dev-001/modules/m", KEYS.formatted("", "A".repeat(42) + "A="), "If-Match", "*"));
        assertEquals("A".repeat(43) + "=", module.at("/authentication/symmetricKey/secondaryKey").asText());
    }

    @Test
    void testFieldsOfAnIdentity() throws Exception {
        final JsonNode device = json(200, send("PUT", "/devices/edge", "{'statusReason':'new','capabilities':{'iotEdge':true}}"));
        assertEquals("ms-azure-iot-edge://edge-" + device.get("generationId").asText(), device.get("deviceScope").asText());
        assertEquals("0001-01-01T00:00:00Z", device.get("statusUpdatedTime").asText());
        assertEquals("0001-01-01T00:00:00Z", device.get("lastActivityTime").asText());
        final JsonNode leaf = json(200, send("PUT", "/devices/leaf", "{'parentScopes':['" + device.get("deviceScope").asText() + "'],'statusReason':'spare'}"));
        assertEquals(device.get("deviceScope"), leaf.at("/parentScopes/0"));
        assertEquals("spare", leaf.get("statusReason").asText());
        HUB.emulator().messages().send("leaf", CloudMessage.of("text"));
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.connectWith(RawMqttClient.connect(HUB.emulator(), "leaf"));
            final JsonNode connected = json(200, send("GET", "/devices/leaf", ""));
            assertEquals("Connected", connected.get("connectionState").asText());
            assertEquals(1, connected.get("cloudToDeviceMessageCount").asInt());
            assertNotEquals("0001-01-01T00:00:00Z", connected.get("connectionStateUpdatedTime").asText());
            assertNotEquals("0001-01-01T00:00:00Z", connected.get("lastActivityTime").asText());
            assertEquals("{\"connectedDeviceCount\":1}", send("GET", "/statistics/service", "").body());
        }

        final JsonNode disabled = json(200, send("PUT", "/devices/leaf", "{'status':'disabled'}", "If-Match", "*"));
        assertNotEquals("0001-01-01T00:00:00Z", disabled.get("statusUpdatedTime").asText());
        assertEquals("{\"totalDeviceCount\":3,\"enabledDeviceCount\":2,\"disabledDeviceCount\":1}", send("GET", "/statistics/devices", "").body());
        final JsonNode purged = json(200, send("DELETE", "/devices/leaf/commands", ""));
        assertEquals("{\"deviceId\":\"leaf\",\"moduleId\":null,\"totalMessagesPurged\":1}", purged.toString());
    }

    @Test
    void testBulk() throws IOException, InterruptedException {
        final JsonNode mixed = json(400, send("POST", "/devices", "[{'id':'a','importMode':'create','tags':{'plant':'A'}},"
                + "{'id':'dev-001','importMode':'create'},{'id':'b c','importMode':'create'},{'id':'d','importMode':'Update'},{'id':'a','importMode':'create'},"
                + "{'id':'e','importMode':'explode'}]"));
        assertFalse(mixed.get("isSuccessful").asBoolean());
        assertEquals(List.of("DeviceAlreadyExists", "ArgumentInvalid", "DeviceNotFound", "ArgumentInvalid", "ArgumentInvalid"),
                mixed.get("errors").findValuesAsText("errorCode"));
        assertEquals("A", json(200, send("GET", "/twins/a", "")).at("/tags/plant").asText());
        final String etag = json(200, send("GET", "/devices/a", "")).get("etag").asText();
        assertEquals(400, send("POST", "/devices", "[{'id':'a','eTag':'0','importMode':'deleteIfMatchETag'}]").statusCode());
        final JsonNode deleted = json(200, send("POST", "/devices", "[{'id':'a','eTag':'" + etag + "','importMode':'deleteIfMatchETag'},"
                + "{'id':'dev-001','importMode':'updateTwin','tags':{'plant':'B'}}]"));
        assertEquals("{\"isSuccessful\":true,\"errors\":[],\"warnings\":[]}", deleted.toString());
        assertEquals("B", json(200, send("GET", "/twins/dev-001", "")).at("/tags/plant").asText());
        assertEquals(400, send("POST", "/devices", "[]").statusCode());
        assertEquals(400, send("POST", "/devices", "{}").statusCode());
    }

    @Test
    void testQueryGivesPages() throws IOException, InterruptedException {
        for (int i = 0; i < 5; i++) {
            send("PUT", "/devices/q" + i, "{}");
        }

        final String query = "{'query':'SELECT * FROM devices WHERE startswith(deviceId, \\u0027q\\u0027)'}";
        final HttpResponse<String> first = send("POST", "/devices/query", query, "x-ms-max-item-count", "3");
        assertEquals(List.of("q0", "q1", "q2"), json(200, first).findValuesAsText("deviceId"));
        assertEquals("twin", first.headers().firstValue("x-ms-item-type").orElseThrow());
        final HttpResponse<String> second = send("POST", "/devices/query", query, "x-ms-continuation", first.headers().firstValue("x-ms-continuation").orElseThrow());
        assertEquals(List.of("q3", "q4"), json(200, second).findValuesAsText("deviceId"));
        assertTrue(second.headers().firstValue("x-ms-continuation").isEmpty());
        assertEquals("[{\"n\":6}]", json(200, send("POST", "/devices/query", "{'query':'SELECT COUNT() AS n FROM devices'}")).toString());
        final HttpResponse<String> grouped = send("POST", "/devices/query", "{'query':'SELECT * FROM devices GROUP BY status'}");
        assertError(400, "ArgumentInvalid", grouped);
        assertTrue(grouped.body().contains("GROUP"), grouped.body());
        assertEquals(400, send("POST", "/devices/query", "{}").statusCode());
        assertEquals(400, send("POST", "/devices/query", query, "x-ms-continuation", "%%").statusCode());
    }

    private JsonNode json(final int status, final HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        return mapper.readTree(response.body());
    }

    private void assertError(final int status, final String code, final HttpResponse<String> response) throws IOException {
        final JsonNode body = json(status, response);
        assertTrue(body.get("Message").asText().startsWith("ErrorCode:" + code + ";"), response.body());
        assertTrue(body.get("ExceptionMessage").asText().startsWith("Tracking ID:"), response.body());
        assertEquals(code, response.headers().firstValue("iothub-errorcode").orElseThrow());
    }

    private HttpResponse<String> send(final String method, final String path, final String body, final String... headers)
            throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HUB.emulator().managementPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (headers.length > 0) {
            request.headers(headers);
        }

        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
