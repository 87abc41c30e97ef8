/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PublishToIoTHubIT {

    private static final int NUMBER = 20_000;

    private static final Duration LIMIT = Duration.ofSeconds(120);

    private static final List<String> NASTY = List.of("plain", "with space", "ünïcode 名前 \uD83D\uDE80", "a+b", "a#b", "a&b", "a=b", "a==b=", "a/b/", "100%",
            "%41", "a:b", "$a", "${literal}", "#{parameter}", "a?b", "quote\"'", "back\\slash", "tab\tline\nreturn\r", "k".repeat(1024));

    @RegisterExtension
    private static final NiFiExtension NIFI = new NiFiExtension(NiFiOptions.DEFAULT.withLogLevel("io.github.nifiazuremqtt", "DEBUG"));

    @Test
    void testAllArriveInOrder() throws Exception {
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start()) {
            final IndexLog arrived = new IndexLog();
            emulator.telemetry().addListener(arrived);
            final PublishFlow flow = PublishFlow.create(NIFI.get(), emulator, emulator.connectionString("dev-001"));
            flow.feed(0, NUMBER, "text");

            flow.start();

            arrived.await(NUMBER, LIMIT);
            flow.awaitPublished(LIMIT);
            assertEquals(NUMBER, arrived.distinctIds());
            assertEquals(0, arrived.repeats());
            assertEquals(0, arrived.overtaken());
            assertEquals(0, flow.failed());
            assertEquals((long) NUMBER, NIFI.get().client().monitor().counters(flow.publisher()).get("Messages Sent"));
            flow.editor().delete();
        }
    }

    @Test
    void testContentIsKeptByteForByte() throws Exception {
        final byte[] everyByte = new byte[256];
        IntStream.range(0, everyByte.length).forEach(value -> everyByte[value] = (byte) value);
        final byte[] large = new byte[260_000];
        new Random(1).nextBytes(large);
        final List<byte[]> contents = List.of(new byte[0], everyByte, large, new byte[1000], "\r\n\uFEFF名前\n".getBytes(StandardCharsets.UTF_8), "{}".getBytes(StandardCharsets.UTF_8));

        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start()) {
            final Path source = Files.createDirectory(NIFI.get().directory().resolve("contents"));
            for (int index = 0; index < contents.size(); index++) {
                Files.write(source.resolve("content-" + index), contents.get(index));
            }
            final FlowEditor editor = publishFiles(emulator, source, ProcessorSettings.azure("PublishToIoTHub").with("number", "${filename}"), Map.of());

            assertTrue(emulator.telemetry().await(contents.size(), LIMIT), () -> NIFI.get().client().monitor().bulletins().toString());

            for (final TelemetryMessage message : emulator.telemetry().messages()) {
                final String file = message.applicationProperties().get("number");
                assertArrayEquals(contents.get(Integer.parseInt(file.substring("content-".length()))), message.body(), file);
            }
            editor.delete();
        }
    }

    @Test
    void testPropertiesAreKeptCharacterForCharacter() throws Exception {
        final Map<String, String> expected = new LinkedHashMap<>();
        NASTY.forEach(text -> expected.put(text, NASTY.get((NASTY.indexOf(text) + 1) % NASTY.size())));
        expected.put("empty", "");
        expected.put("none", null);

        final ObjectNode content = NiFiRest.MAPPER.createObjectNode();
        final ArrayNode values = content.putArray("values");
        final Map<String, String> paths = new HashMap<>();
        expected.forEach((name, value) -> {
            paths.put((value == null ? "iothub.null.property." : "iothub.property.") + name, "$.values[%d]".formatted(values.size()));
            values.add(value == null ? "" : value);
        });

        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").start()) {
            final Path source = Files.createDirectory(NIFI.get().directory().resolve("properties"));
            Files.writeString(source.resolve("values.json"), content.toString());
            final FlowEditor editor = publishFiles(emulator, source,
                    ProcessorSettings.azure("PublishToIoTHub").with("Attribute Property Pattern", "(?s)iothub\\.(null\\.)?property\\..*"), paths);

            assertTrue(emulator.telemetry().await(1, LIMIT), () -> NIFI.get().client().monitor().bulletins().toString());

            assertEquals(expected, new LinkedHashMap<>(emulator.telemetry().messages().getFirst().applicationProperties()));
            editor.delete();
        }
    }

    /**
     * Starts a flow that sends each file of a directory.
     *
     * @param paths attributes to be read from the content, by their JSON path
     */
    private static FlowEditor publishFiles(final IoTHubEmulator emulator, final Path source, final ProcessorSettings publish, final Map<String, String> paths)
            throws IOException, InterruptedException, TimeoutException {
        final FlowEditor editor = NIFI.get().client().createGroup("Files");
        final EmulatedHub hub = new EmulatedHub(editor, emulator);
        final String connection = hub.createConnection(hub.createCredentials("dev-001"), Map.of());
        final String reader = editor.createProcessor(ProcessorSettings.standard("GetFile").with("Input Directory", source.toString()));
        final String publisher = editor.createProcessor(publish.with("IoT Hub Connection Service", connection).terminating("success", "failure"));
        if (paths.isEmpty()) {
            editor.connect(reader, publisher, "success");
        } else {
            final String evaluator = editor.createProcessor(ProcessorSettings.standard("EvaluateJsonPath")
                    .with("Destination", "flowfile-attribute").terminating("failure", "unmatched"));
            editor.updateProcessor(evaluator, paths);
            editor.connect(reader, evaluator, "success");
            editor.connect(evaluator, publisher, "matched");
        }

        editor.startAll();
        return editor;
    }
}
