/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Twins, methods and messages over the management port. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CloudSideManagementTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder().device("dev-001").module("dev-001", "mod-a").freshPerTest().build();

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void testTwin() throws IOException, InterruptedException {
        final HttpResponse<String> fresh = send("GET", "/twins/dev-001?api-version=2021-04-12", "");
        assertEquals(200, fresh.statusCode());
        final JsonNode twin = mapper.readTree(fresh.body());
        assertEquals("dev-001", twin.get("deviceId").asText());
        assertEquals("Disconnected", twin.get("connectionState").asText());
        assertEquals(1, twin.at("/properties/desired/$version").asInt());
        assertTrue(twin.at("/properties/desired/$metadata").has("$lastUpdated"));
        assertEquals('"' + twin.get("etag").asText() + '"', fresh.headers().firstValue("ETag").orElseThrow());
        final JsonNode patched = mapper.readTree(send("PATCH", "/twins/dev-001",
                "{\"tags\":{\"site\":\"A\"},\"properties\":{\"desired\":{\"a\":1,\"b\":{\"c\":2}}}}").body());
        assertEquals("A", patched.at("/tags/site").asText());
        assertEquals(2, patched.at("/properties/desired/$version").asInt());
        assertNotEquals(twin.get("etag"), patched.get("etag"));
        assertEquals(412, send("PATCH", "/twins/dev-001", "{\"tags\":{}}", "If-Match", '"' + twin.get("etag").asText() + '"').statusCode());
        assertEquals(200, send("PATCH", "/twins/dev-001", "{\"tags\":{}}", "If-Match", '"' + patched.get("etag").asText() + '"').statusCode());
        final JsonNode replaced = mapper.readTree(send("PUT", "/twins/dev-001", "{\"properties\":{\"desired\":{\"only\":1}}}", "If-Match", "*").body());
        assertTrue(replaced.at("/properties/desired/a").isMissingNode());
        assertEquals("A", replaced.at("/tags/site").asText());
    }

    @Test
    void testTwinEchoedWithItsReadOnlyFields() throws IOException, InterruptedException {
        final String twin = send("PATCH", "/twins/dev-001", "{\"properties\":{\"desired\":{\"a\":1}}}").body();
        final JsonNode again = mapper.readTree(send("PATCH", "/twins/dev-001", twin).body());
        assertEquals(3, again.at("/properties/desired/$version").asInt());
        assertEquals(1, again.at("/properties/desired/a").asInt());
    }

    @Test
    void testTwinOfAModuleAndRefusals() throws IOException, InterruptedException {
        assertEquals(200, send("PATCH", "/twins/dev-001/modules/mod-a", "{\"properties\":{\"desired\":{\"a\":1}}}").statusCode());
        final JsonNode module = mapper.readTree(send("GET", "/twins/dev-001/modules/mod-a", "").body());
        assertEquals("mod-a", module.get("moduleId").asText());
        assertEquals(1, module.at("/properties/desired/a").asInt());
        final HttpResponse<String> missing = send("GET", "/twins/nobody", "");
        assertEquals(404, missing.statusCode());
        assertTrue(mapper.readTree(missing.body()).get("Message").asText().startsWith("ErrorCode:DeviceNotFound;"));
        final HttpResponse<String> bad = send("PATCH", "/twins/dev-001", "{\"properties\":{\"desired\":{\"a b\":1}}}");
        assertEquals(400, bad.statusCode());
        assertTrue(bad.body().contains("ErrorCode:ArgumentInvalid"));
        assertEquals(400, send("PATCH", "/twins/dev-001", "[]").statusCode());
        assertEquals(400, send("PATCH", "/twins/dev-001", "{\"tags\":1}").statusCode());
        assertEquals(400, send("PATCH", "/twins/dev-001", "{").statusCode());
    }

    @Test
    void testMethod() throws Exception {
        final HttpResponse<String> offline = send("POST", "/twins/dev-001/methods", "{\"methodName\":\"reboot\"}");
        assertEquals(404, offline.statusCode());
        assertEquals(404103, mapper.readTree(mapper.readTree(offline.body()).get("Message").asText()).get("errorCode").asInt());
        assertEquals(404, send("POST", "/twins/dev-001/modules/mod-a/methods", "{\"methodName\":\"reboot\"}").statusCode());
        assertEquals(400, send("POST", "/twins/dev-001/methods", "{\"methodName\":\"reboot\",\"responseTimeoutInSeconds\":4}").statusCode());
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001"));
            client.subscribe(1, "$iothub/methods/POST/#", 0).read();
            final CompletableFuture<HttpResponse<String>> call = sendAsync("/twins/dev-001/methods",
                    "{\"methodName\":\"reboot\",\"payload\":{\"delay\":5},\"responseTimeoutInSeconds\":30,\"connectTimeoutInSeconds\":0}");
            assertEquals(new Publication("$iothub/methods/POST/reboot/?$rid=1", "{\"delay\":5}", 0, 0, false), Publication.read(client));
            client.publish("$iothub/methods/res/299/?$rid=1", 1, "[1]");
            assertEquals("{\"status\":299,\"payload\":[1]}", call.get(10, TimeUnit.SECONDS).body());
            HUB.emulator().timings(EmulatorTimings.scaled(0.01));
            final HttpResponse<String> late = send("POST", "/twins/dev-001/methods", "{\"methodName\":\"slow\",\"responseTimeoutInSeconds\":5}");
            assertEquals(504, late.statusCode());
            assertEquals(504101, mapper.readTree(mapper.readTree(late.body()).get("Message").asText()).get("errorCode").asInt());
        }
    }

    @Test
    void testMessages() throws IOException, InterruptedException {
        final String queue = "/emulator/devices/dev-001/messages";
        assertEquals("{\"sequence\":1,\"messageId\":\"m1\"}", send("POST", queue, """
                {"messageId":"m1","correlationId":"c1","body":{"a":1},"ack":"full","properties":{"bare":null,"empty":"","site":"plant A"}}""").body());
        assertEquals(2, mapper.readTree(send("POST", queue, "[{\"bodyBase64\":\"AAE=\"},{\"body\":\"text\",\"timeToLiveSeconds\":60}]").body()).size());
        assertEquals(3, mapper.readTree(send("GET", queue, "").body()).size());
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001"));
            client.subscribe(1, "devices/dev-001/messages/devicebound/#", 1).read();
            final Publication first = Publication.read(client);
            assertEquals("devices/dev-001/messages/devicebound/%24.mid=m1&%24.cid=c1&%24.to=%2Fdevices%2Fdev-001%2Fmessages%2FdeviceBound&iothub-ack=full"
                    + "&bare&empty=&site=plant%20A", first.topic());
            assertEquals("{\"a\":1}", first.payload());
            client.send(0x40, new RawMqttClient.Body().number(first.packetId()).toByteArray());
            Conditions.await(() -> !HUB.emulator().messages().ended("dev-001").isEmpty());
        }

        assertEquals(1, mapper.readTree(send("GET", queue + "/ended", "").body()).at("/counts/Success").asInt());
        assertEquals("m1", mapper.readTree(send("GET", "/emulator/feedback", "").body()).at("/0/originalMessageId").asText());
        assertEquals(1, mapper.readTree(send("DELETE", "/emulator/feedback", "").body()).size());
        assertEquals("[]", send("GET", "/emulator/feedback", "").body());
        assertEquals(2, mapper.readTree(send("DELETE", "/devices/dev-001/commands", "").body()).get("totalMessagesPurged").asInt());
        assertEquals(204, send("POST", "/emulator/messages/limits", "{\"queue\":1,\"unacknowledged\":5}").statusCode());
        final HttpResponse<String> full = send("POST", queue, "[{\"body\":\"1\"},{\"body\":\"2\"}]");
        assertEquals(403, full.statusCode());
        assertTrue(full.body().contains("ErrorCode:DeviceMaximumQueueDepthExceeded"));
        assertEquals(204, send("POST", "/emulator/messages/limits", "{\"queue\":null}").statusCode());
        assertEquals(200, send("POST", queue, "{\"body\":\"2\"}").statusCode());
        assertEquals(400, send("POST", queue, "{\"body\":\"2\",\"ack\":\"maybe\"}").statusCode());
        assertEquals(404, send("POST", "/emulator/devices/nobody/messages", "{\"body\":\"2\"}").statusCode());
    }

    @Test
    void testTwinFaults() throws IOException, InterruptedException {
        assertEquals(204, send("POST", "/emulator/twins/faults", "{\"times\":2,\"fault\":429}").statusCode());
        assertEquals(204, send("POST", "/emulator/twins/faults", "{\"fault\":{\"late\":1}}").statusCode());
        assertEquals(204, send("POST", "/emulator/twins/faults", "{\"seed\":1,\"share\":1.0,\"faults\":[500]}").statusCode());
        assertEquals(400, send("POST", "/emulator/twins/faults", "{\"fault\":\"tired\"}").statusCode());
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001"));
            client.subscribe(1, "$iothub/twin/res/#", 1).read();
            for (final int status : new int[]{429, 429, 200, 500, 500}) {
                client.publish(0, "$iothub/twin/GET/?$rid=1", 0, new byte[0]);
                assertEquals("$iothub/twin/res/" + status + "/?$rid=1", Publication.read(client).topic());
            }

            assertEquals(204, send("DELETE", "/emulator/twins/faults", "").statusCode());
            client.publish(0, "$iothub/twin/GET/?$rid=1", 0, new byte[0]);
            assertEquals("$iothub/twin/res/200/?$rid=1", Publication.read(client).topic());
        }
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(final String path, final String body) {
        return http.sendAsync(request("POST", path, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> send(final String method, final String path, final String body, final String... headers)
            throws IOException, InterruptedException {
        return http.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(final String method, final String path, final String body, final String... headers) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HUB.emulator().managementPort() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }
}
