/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KepwareFlowIT {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final Path TEMPLATES = Path.of(System.getProperty("sandbox.templates"));

    /** Where the documents stand in a request. */
    private static final List<String> REQUESTS = List.of("%s", "%s%s", "%s\n%s", "%s\r\n%s\r\n", "\n\n%s\n\n \t\n%s\n\n", "\uFEFF%s\n%s", "[%s]", "[%s,%s]",
            " [ %s ,\r\n%s ]\n", "[%s][%s]", "[%s,%s]\n%s", "%s\n[%s,%s]", "[%s]\n[%s,%s]\n%s");

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT);

    @Test
    void testEachTagValueBecomesAMessage() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").start()) {
            final NiFiInstance nifi = NIFI.get();
            final KepwareFlow flow = KepwareFlow.create(nifi.client(), TEMPLATES, emulator, "line4", freePort());
            final FlowEditor editor = flow.editor();
            assertEquals(List.of(), FlowComments.missing(editor));
            flow.start();

            final List<JsonNode> sent = new ArrayList<>();
            for (final KepwareSample sample : List.of(KepwareSample.NARROW, KepwareSample.WIDE, KepwareSample.ODD_VALUES)) {
                NiFiRest.MAPPER.readTree(sample.text()).get("values").forEach(sent::add);
                assertEquals(200, post(flow.listener(), sample.text()));
                assertEquals(200, post(flow.listener(), KepwareSample.BROKEN_QUOTING.text()));
                assertTrue(emulator.telemetry().await(sent.size(), LIMIT), () -> nifi.client().monitor().bulletins().toString());
            }
            assertEquals(200, post(flow.listener(), "{\"values\":[{\"id\":\"no time\",\"v\":1}]}"));
            assertTrue(emulator.telemetry().await(sent.size() + 1, LIMIT));

            final List<TelemetryMessage> arrived = emulator.telemetry().messages();
            for (int index = 0; index < sent.size(); index++) {
                assertSame(sent.get(index), arrived.get(index));
            }
            assertNull(arrived.getLast().systemProperties().get("iothub-creation-time-utc"));
            assertEquals(sent.size() + 1, arrived.stream().map(TelemetryMessage::messageId).distinct().count());

            final FlowMonitor monitor = nifi.client().monitor();
            Await.until("empty queues", LIMIT, () -> monitor.queuedInGroup(editor.group()) == 0);
            assertEquals(3, monitor.bulletins(editor.find("Unmatched")).size());
            assertFalse(nifi.client().exportFlow(editor.group()).toString().contains(emulator.connectionString("line4").sharedAccessKey()));
            editor.delete();
        }
    }

    /** Whatever stands between the documents of a request, each one is sent, and what is no document goes to "Unmatched" and not to nowhere. */
    @Test
    void testEachDocumentOfARequestIsSent() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").start()) {
            final FlowMonitor monitor = NIFI.get().client().monitor();
            final KepwareFlow flow = KepwareFlow.create(NIFI.get().client(), TEMPLATES, emulator, "line4", freePort());
            flow.start();
            final String unmatched = flow.editor().find("Unmatched");
            int number = 0;
            for (final String request : REQUESTS) {
                final int first = number;
                final int documents = request.split("%s", -1).length - 1;
                final Object[] texts = IntStream.range(first, first + documents).mapToObj(KepwareFlowIT::document).toArray();
                assertEquals(200, post(flow.listener(), request.formatted(texts)));
                number += documents;
                assertTrue(emulator.telemetry().await(number, LIMIT), () -> request + monitor.bulletins());
            }

            assertEquals(List.of(), monitor.bulletins(unmatched));
            final List<TelemetryMessage> arrived = emulator.telemetry().messages();
            assertEquals(number, arrived.size());
            for (int index = 0; index < number; index++) {
                assertSame(NiFiRest.MAPPER.readTree(document(index)).get("values").get(0), arrived.get(index));
            }

            for (final String request : List.of("%s{\"values\":[{\"v\":broken}]}", "%s text", "%s,\"text", "{\"value\":1}")) {
                assertEquals(200, post(flow.listener(), request.formatted(document(0))));
            }
            Await.until("what is not understood is shown", LIMIT, () -> monitor.bulletins(unmatched).size() == 4);
            assertEquals(number, emulator.telemetry().count());
            flow.editor().delete();
        }
    }

    /** Line feeds, brackets, quotes and what regular expressions and NiFi's own language would read otherwise, in a document over several lines. */
    private static String document(final int number) {
        return """
                {
                  "timestamp": 1767261600250,
                  "values": [
                    {"id": "Line4.%d", "v": "} {  }{ ] [ }\\n{ \\" \\\\ $1 \\\\1 ${uuid} \u00e4\u20ac", "q": true, "t": %d}
                  ]
                }""".formatted(number, 1767261600000L + number);
    }

    /** NiFi gives an imported flow the parameters of the context that is there already under its name; under another name it has its own. */
    @Test
    void testSecondLineHasParametersOfItsOwn() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").device("line5").start()) {
            final NiFiClient client = NIFI.get().client();
            final KepwareFlow first = KepwareFlow.create(client, TEMPLATES, emulator, "line4", freePort());
            final String template = Files.readString(TEMPLATES.resolve("kepware-tags-to-iot-hub.json"));
            final FlowEditor sharing = client.importFlow("shares", template);
            assertEquals(context(client, first.editor()), context(client, sharing));
            sharing.delete();

            final String name = "Kepware line: device, port and path";
            assertTrue(template.contains("\"" + name + "\""));
            final KepwareFlow second = KepwareFlow.create(client, template.replace("\"" + name + "\"", "\"Line 5\""), emulator, "line5", freePort());
            first.start();
            second.start();
            assertEquals(200, post(first.listener(), document(4)));
            assertEquals(200, post(second.listener(), document(5)));
            assertTrue(emulator.telemetry().await(2, LIMIT));
            assertEquals(Map.of("line4", "Line4.4", "line5", "Line4.5"), emulator.telemetry().messages().stream()
                    .collect(Collectors.toMap(TelemetryMessage::deviceId, message -> message.applicationProperties().get("tag"))));
            first.editor().delete();
            second.editor().delete();
        }
    }

    /** Flows of version 0.1.0 have other values; NiFi has them brought up to date on import. */
    @Test
    void testFlowsOfTheFirstVersionWork() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").device("line5").start()) {
            final NiFiClient client = NIFI.get().client();
            final String template = KepwareSample.read("kepware-tags-to-iot-hub-0.1.0.json");
            assertTrue(template.contains("\"Authentication Strategy\": \"CONNECTION_STRING\"") && template.contains("\"Quality of Service\": \"1\""));
            final KepwareFlow tags = KepwareFlow.create(client, template, emulator, "line4", freePort());
            tags.start();
            assertEquals(200, post(tags.listener(), document(1)));
            assertTrue(emulator.telemetry().await(1, LIMIT), () -> client.monitor().bulletins().toString());

            final FlowEditor twin = client.importFlow("twin", KepwareSample.read("device-twin-commands-and-methods-0.1.0.json"));
            client.setParameters(twin.group(), Map.of("Device Connection String", NiFiClient.Parameter.secret(emulator.connectionString("line5").text())));
            twin.updateService(twin.find("IoT Hub"), Map.of("SSL Context Service", new EmulatedHub(twin, emulator).createTrust()));
            twin.startAll();
            tags.editor().delete();
            twin.delete();
        }
    }

    private static String context(final NiFiClient client, final FlowEditor editor) {
        return client.get("process-groups/" + editor.group()).path("component").path("parameterContext").path("id").asText();
    }

    private static void assertSame(final JsonNode tag, final TelemetryMessage message) throws IOException {
        assertEquals(tag, NiFiRest.MAPPER.readTree(message.body()));
        assertEquals(Map.of("tag", tag.get("id").asText(), "quality", tag.get("q").asText()), message.applicationProperties());
        assertEquals(Instant.ofEpochMilli(tag.get("t").asLong()), Instant.parse(message.systemProperties().get("iothub-creation-time-utc")));
        assertEquals("application/json", message.systemProperties().get("content-type"));
        assertEquals("utf-8", message.systemProperties().get("content-encoding"));
    }

    private static int post(final URI address, final String body) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
