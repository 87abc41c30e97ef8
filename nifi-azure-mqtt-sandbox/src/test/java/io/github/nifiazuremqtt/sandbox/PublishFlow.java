/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A flow in a real NiFi: files of lines are split into a FlowFile per line, and each is published to an emulated hub. What fails waits in a queue of its own.
 */
final class PublishFlow {

    private static final Duration FEED_LIMIT = Duration.ofSeconds(60);

    private final NiFiInstance nifi;
    private final FlowEditor editor;
    private final Path input;
    private final String credentials;
    private final String connections;
    private final String publisher;
    private final String queue;
    private final String failures;
    private final List<String> feeders;
    private int files;

    private PublishFlow(final NiFiInstance nifi, final IoTHubEmulator hub, final ConnectionString device, final Map<String, String> connectionProperties,
                        final ProcessorSettings publisherSettings) throws IOException {
        this.nifi = nifi;
        this.editor = nifi.client().createGroup("Publish " + device.deviceId());
        this.input = Files.createTempDirectory(nifi.directory(), "input");

        final EmulatedHub services = new EmulatedHub(editor, hub);
        this.credentials = services.createCredentials(Map.of("Connection String", device.text()));
        this.connections = services.createConnection(credentials, connectionProperties);

        final String source = editor.createProcessor(ProcessorSettings.standard("GetFile")
                .with("Input Directory", input.toString()).with("Keep Source File", "false").with("Polling Interval", "0 sec").with("File Filter", ".*\\.txt")
                .every("20 ms"));
        final String split = editor.createProcessor(ProcessorSettings.standard("SplitText").with("Line Split Count", "1")
                .terminating("original", "failure"));
        this.publisher = createPublisher(publisherSettings);
        final String failed = editor.createProcessor(ProcessorSettings.standard("LogAttribute").terminating("success"));
        editor.connect(source, split, "success");
        this.queue = editor.connectInOrder(split, publisher, "splits");
        this.failures = editor.connect(publisher, failed, "failure");
        this.feeders = List.of(source, split);
    }

    /** Makes the flow and enables its services; the publisher is not started. */
    static PublishFlow create(final NiFiInstance nifi, final IoTHubEmulator hub, final ConnectionString device) throws Exception {
        return create(nifi, hub, device, Map.of(), ProcessorSettings.azure("PublishToIoTHub"));
    }

    /**
     * @param connectionProperties properties of the connection service in addition to what it needs
     * @param publisherSettings    PublishToIoTHub with what differs from its defaults
     */
    static PublishFlow create(final NiFiInstance nifi, final IoTHubEmulator hub, final ConnectionString device, final Map<String, String> connectionProperties,
                              final ProcessorSettings publisherSettings) throws Exception {
        final PublishFlow flow = new PublishFlow(nifi, hub, device, connectionProperties, publisherSettings);
        flow.enableServices();
        for (final String feeder : flow.feeders) {
            flow.editor.startProcessor(feeder);
        }
        return flow;
    }

    void enableServices() throws InterruptedException, TimeoutException {
        editor.enableServices();
    }

    void disableServices() throws InterruptedException, TimeoutException {
        editor.disableServices();
    }

    /** Makes another publisher on the same connection service. */
    String createPublisher(final ProcessorSettings settings) {
        return editor.createProcessor(settings.with("IoT Hub Connection Service", connections).terminating("success"));
    }

    /** Puts lines into the input, each {@code "<number> <text>"}, and waits until they wait in the queue of the publisher, which does not run. */
    void feed(final int first, final int number, final String text) throws IOException, InterruptedException, TimeoutException {
        final int before = queued();
        drop(first, number, text);
        nifi.client().monitor().awaitQueued(queue, before + number, FEED_LIMIT);
    }

    /** Puts such lines into the input and does not wait: for a publisher that runs. */
    void drop(final int first, final int number, final String text) throws IOException {
        final String lines = IntStream.range(first, first + number).mapToObj(index -> index + " " + text).collect(Collectors.joining("\n"));
        final Path file = input.resolve("feed-" + files + ".tmp");
        Files.writeString(file, lines);
        Files.move(file, input.resolve("feed-" + files + ".txt"), StandardCopyOption.ATOMIC_MOVE);
        files++;
    }

    /** Whether every file is taken. GetFile takes those that wait together in any order, so lines stay in order only if one waits at a time. */
    boolean isTaken() {
        final String[] waiting = input.toFile().list();
        return waiting != null && waiting.length == 0;
    }

    void start() throws InterruptedException, TimeoutException {
        editor.startProcessor(publisher);
    }

    void stop() throws InterruptedException, TimeoutException {
        editor.stopProcessor(publisher);
    }

    /** Waits until nothing waits for the publisher and it holds nothing. */
    void awaitPublished(final Duration limit) throws InterruptedException, TimeoutException {
        nifi.client().monitor().awaitQueued(queue, 0, limit);
    }

    int queued() {
        return nifi.client().monitor().queued(queue);
    }

    int failed() {
        return nifi.client().monitor().queued(failures);
    }

    FlowEditor editor() {
        return editor;
    }

    String publisher() {
        return publisher;
    }

    String queue() {
        return queue;
    }

    String failures() {
        return failures;
    }

    String credentials() {
        return credentials;
    }

    String connections() {
        return connections;
    }
}
