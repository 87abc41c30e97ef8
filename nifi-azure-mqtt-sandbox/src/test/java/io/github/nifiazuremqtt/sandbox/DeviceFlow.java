/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * A group in a real NiFi for one device of an emulated hub: the services are there, processors are added by the tests.
 */
final class DeviceFlow {

    private final NiFiInstance nifi;
    private final FlowEditor editor;
    private final String connections;

    private DeviceFlow(final NiFiInstance nifi, final FlowEditor editor, final String connections) {
        this.nifi = nifi;
        this.editor = editor;
        this.connections = connections;
    }

    /** Makes the group and enables its services. */
    static DeviceFlow create(final NiFiInstance nifi, final IoTHubEmulator hub, final String device) throws InterruptedException, TimeoutException {
        final FlowEditor editor = nifi.client().createGroup(device);
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String connections = services.createConnection(services.createCredentials(device), Map.of());
        editor.enableServices();
        return new DeviceFlow(nifi, editor, connections);
    }

    /** Adds a processor of this project, on the connection of the device. */
    String add(final ProcessorSettings settings) {
        return editor.createProcessor(settings.with("IoT Hub Connection Service", connections));
    }

    /** Adds what makes a FlowFile of each line, in their order; both processors run. Returns the queue. */
    String addLines(final List<String> lines, final String destination) throws IOException, InterruptedException, TimeoutException {
        final Path input = Files.createTempDirectory(nifi.directory(), "lines");
        final String source = editor.createProcessor(ProcessorSettings.standard("GetFile").with("Input Directory", input.toString()));
        final String split = editor.createProcessor(ProcessorSettings.standard("SplitText").with("Line Split Count", "1").terminating("original", "failure"));
        editor.connect(source, split, "success");
        final String queue = editor.connectInOrder(split, destination, "splits");
        Files.write(input.resolve("lines.txt"), lines);
        editor.startProcessor(source);
        editor.startProcessor(split);
        nifi.client().monitor().awaitQueued(queue, lines.size(), Duration.ofMinutes(1));
        return queue;
    }

    /** Adds what writes down the FlowFiles of a relationship; it runs. */
    FlowFileJournal addJournal(final String source, final String relationship, final String... attributes)
            throws IOException, InterruptedException, TimeoutException {
        return FlowFileJournal.attach(editor, Files.createTempDirectory(nifi.directory(), "journal"), source, relationship, attributes);
    }

    /** Adds a queue for the FlowFiles of a relationship, out of which nothing is taken. */
    String addQueue(final String source, final String... relationships) {
        return editor.connect(source, editor.createProcessor(ProcessorSettings.standard("LogAttribute").terminating("success")), 0, relationships);
    }

    /** Waits until no FlowFile is in the group. */
    void awaitEmpty(final Duration limit) throws InterruptedException, TimeoutException {
        Await.until("all queues are empty", limit, () -> monitor().queuedInGroup(editor.group()) == 0);
    }

    FlowEditor editor() {
        return editor;
    }

    FlowMonitor monitor() {
        return nifi.client().monitor();
    }
}
