/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.sandbox.Await;
import io.github.nifiazuremqtt.sandbox.EmulatedHub;
import io.github.nifiazuremqtt.sandbox.FlowEditor;
import io.github.nifiazuremqtt.sandbox.FlowMonitor;
import io.github.nifiazuremqtt.sandbox.NiFiInstance;
import io.github.nifiazuremqtt.sandbox.ProcessorSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * How fast a real NiFi takes FlowFiles out of a full queue: through PublishToIoTHub, and through LogAttribute that logs nothing.
 */
final class NiFiThroughput {

    private static final int GENERATED_AT_ONCE = 10_000;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final FlowEditor editor;
    private final FlowMonitor monitor;
    private final String connections;
    private final int bodySize;

    NiFiThroughput(final NiFiInstance nifi, final IoTHubEmulator hub, final String device, final int window, final int bodySize) throws Exception {
        this.editor = nifi.client().createGroup("Throughput");
        this.monitor = nifi.client().monitor();
        this.bodySize = bodySize;
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String credentials = services.createCredentials(device);
        this.connections = services.createConnection(credentials, Map.of("Maximum Messages In Flight", Integer.toString(window)));
        editor.enableServices();
    }

    /** FlowFiles a second that arrive at the hub. */
    double publish(final IoTHubEmulator hub, final int number, final int tasks, final int batchSize) throws Exception {
        final ProcessorSettings settings = ProcessorSettings.azure("PublishToIoTHub").with("IoT Hub Connection Service", connections)
                .with("Batch Size", Integer.toString(batchSize)).terminating("success", "failure").tasks(tasks);
        final FullQueue full = fill(number, settings);
        final Stopwatch stopwatch = new Stopwatch(number);
        hub.telemetry().addListener(stopwatch);
        try {
            editor.startProcessor(full.processor());
            final double rate = stopwatch.awaitRate();
            monitor.awaitQueued(full.queue(), 0, LIMIT);
            return rate;
        } finally {
            hub.telemetry().removeListener(stopwatch);
            remove(full);
        }
    }

    /** FlowFiles a second that LogAttribute takes. */
    double logAttribute(final int number) throws Exception {
        final FullQueue full = fill(number, ProcessorSettings.standard("LogAttribute").with("Log Level", "trace").terminating("success"));
        try {
            editor.startProcessor(full.processor());
            while (monitor.queued(full.queue()) == number) {
                Thread.onSpinWait();
            }
            final long started = System.nanoTime();
            final int remaining = monitor.queued(full.queue());
            while (monitor.queued(full.queue()) > 0) {
                Thread.onSpinWait();
            }
            return remaining / ((System.nanoTime() - started) / 1e9);
        } finally {
            remove(full);
        }
    }

    private FullQueue fill(final int number, final ProcessorSettings settings) throws InterruptedException, TimeoutException {
        final String generator = editor.createProcessor(ProcessorSettings.standard("GenerateFlowFile").with("File Size", bodySize + " B")
                .with("Batch Size", Integer.toString(GENERATED_AT_ONCE)).with("Unique FlowFiles", "false"));
        final String processor = editor.createProcessor(settings);
        // Back pressure ends it, exactly at the number.
        final String queue = editor.connect(generator, processor, number, "success");
        editor.startProcessor(generator);
        monitor.awaitQueued(queue, number, LIMIT);
        editor.stopProcessor(generator);
        return new FullQueue(generator, queue, processor);
    }

    private void remove(final FullQueue full) throws InterruptedException, TimeoutException {
        editor.stopProcessor(full.processor());
        editor.emptyQueues();
        editor.deleteConnection(full.queue());
        editor.deleteProcessor(full.processor());
        editor.deleteProcessor(full.generator());
        Await.until("the flow is empty", LIMIT, () -> monitor.queuedInGroup(editor.group()) == 0);
    }

    private record FullQueue(String generator, String queue, String processor) {
    }
}
