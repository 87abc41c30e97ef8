/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.sandbox.NiFiClient.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class NiFiInstanceIT {

    private static final int NUMBER = 1000;

    @TempDir
    private Path directory;

    @Test
    void testKilledAndStartedAgainKeepsFlowAndQueue() throws Exception {
        try (NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT)) {
            final NiFiClient client = nifi.client();
            final FlowEditor editor = client.createGroup("Killed");
            client.createParameters(editor.group(), "Killed", Map.of("number", Parameter.plain("1"), "note", Parameter.plain("a"), "key", Parameter.secret("hidden-value")));
            client.setParameters(editor.group(), Map.of("number", Parameter.plain(Integer.toString(NUMBER))));
            final String source = editor.createProcessor(ProcessorSettings.standard("GenerateFlowFile")
                    .with("File Size", "100 B").with("Batch Size", "#{number}").with("note", "#{note}"));
            final String sink = editor.createProcessor(ProcessorSettings.standard("LogAttribute").with("Log Level", "debug").terminating("success"));
            final String queue = editor.connect(source, sink, "success");
            editor.runProcessorOnce(source);
            client.monitor().awaitQueued(queue, NUMBER, Duration.ofSeconds(30));

            nifi.kill();
            assertFalse(nifi.isAlive());
            nifi.start();

            assertEquals(NUMBER, client.monitor().queued(queue));
            final List<JsonNode> flowFiles = client.monitor().listQueue(queue);
            assertEquals(100, flowFiles.size());

            editor.startProcessor(sink);
            client.monitor().awaitQueued(queue, 0, Duration.ofSeconds(30));
            Await.until("provenance", Duration.ofSeconds(30), () -> drops(client, sink) == NUMBER);
            editor.stopProcessor(sink);
            assertFalse(client.exportFlow(editor.group()).toString().contains("hidden-value"));

            editor.delete();
            assertThrows(NiFiRequestException.class, () -> client.get("process-groups/" + editor.group()));
            assertEquals(List.of(), client.monitor().bulletins());
        }
    }

    private static int drops(final NiFiClient client, final String processor) {
        try {
            return client.monitor().provenance(processor, "DROP", NUMBER * 2).size();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void testInvalidProcessorIsNotStartedAndSaysWhy() throws Exception {
        try (NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT)) {
            final FlowEditor editor = nifi.client().createGroup("Invalid");
            final String processor = editor.createProcessor(ProcessorSettings.standard("GetFile").terminating("success"));

            final IllegalStateException exception = assertThrows(IllegalStateException.class, () -> editor.startProcessor(processor));

            assertTrue(exception.getMessage().contains("Input Directory"), exception.getMessage());
        }
    }

    @Test
    void testStartFailsWithReason() throws Exception {
        final NiFiOptions options = NiFiOptions.DEFAULT.withProperty("nifi.flowfile.repository.implementation", "no.such.Repository");

        final IOException exception = assertThrows(IOException.class, () -> NiFiInstance.start(directory, options));

        assertTrue(exception.getMessage().contains("no.such.Repository"), exception.getMessage());
        assertTrue(Files.exists(directory.resolve("logs")));
    }
}
