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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KepwareFlowIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Path TEMPLATES = Path.of(System.getProperty("sandbox.templates"));

    @TempDir
    private Path directory;

    @Test
    void testEachTagValueBecomesAMessage() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("line4").start();
                NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT)) {
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
        }
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
