/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.command.CloudSidePrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Starts an emulated hub, a real NiFi with the flows "Kepware tags to IoT Hub" and "Device twin, commands and methods", and a KEPServerEX that sends tags and
 * takes settings, and prints what arrives at the hub.
 */
@Command(name = "./run demo", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "A real NiFi with the flows of the templates, an emulated IoT Hub and tags that change. Ctrl-C ends all of it.")
public final class Demo implements Callable<Integer> {

    private static final String DEVICE = "line4";

    private static final int MESSAGES_KEPT = 1000;

    private static final int MANAGEMENT_PORT = 9883;

    @Spec
    private CommandSpec spec;

    @Option(names = "--nifi-port", defaultValue = "8080", description = "Port of the canvas, on loopback.")
    private int nifiPort;

    @Option(names = "--listen-port", defaultValue = "8081", description = "Port on which the flow waits for the tags of KEPServerEX.")
    private int listenPort;

    @Option(names = "--mqtt-port", defaultValue = "0", description = "Port of the emulated hub, 0 for a free one.")
    private int mqttPort;

    @Option(names = "--management-port", defaultValue = "" + MANAGEMENT_PORT, description = "Port of the emulated hub for the commands of a back end.")
    private int managementPort;

    @Option(names = "--interval", defaultValue = "1000", paramLabel = "MILLISECONDS", description = "How often the simulated KEPServerEX sends tags.")
    private int interval;

    @Option(names = "--heap", defaultValue = "1g", description = "Largest heap of NiFi.")
    private String heap;

    @Option(names = "--directory", defaultValue = "${sys:sandbox.directory:-.sandbox}", description = "Working directory.", hidden = true)
    private Path directory;

    @Option(names = "--templates", defaultValue = "templates", description = "Directory of the flow definitions.", hidden = true)
    private Path templates;

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new Demo()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException, TimeoutException {
        final long started = System.nanoTime();
        final PrintWriter out = spec.commandLine().getOut();
        try {
            requireFree(nifiPort, "--nifi-port");
            requireFree(listenPort, "--listen-port");
            requireFree(mqttPort, "--mqtt-port");
            requireFree(managementPort, "--management-port");
            run(out, started);
            return CommandLine.ExitCode.OK;
        } catch (final IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void run(final PrintWriter out, final long started) throws IOException, InterruptedException, TimeoutException {
        final NiFiOptions options = NiFiOptions.DEFAULT.withWebPort(nifiPort).withHeap(heap);
        final Path work = directory.resolve("demo");
        NiFiInstance.deleteDirectory(work);
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().mqttPort(mqttPort).managementPort(managementPort).device(DEVICE).start()) {
            say(out, "Emulated IoT Hub: %s:%d, device %s".formatted(emulator.hostName(), emulator.mqttPort(), DEVICE));
            emulator.telemetry().keepLast(MESSAGES_KEPT);
            emulator.telemetry().addListener(new TelemetryPrinter(out, started));
            new CloudSidePrinter(out, false, emulator.clock()).listenTo(emulator.services(emulator.hub()));
            say(out, "Starting NiFi; its log: " + work.resolve("logs/nifi-app.log"));
            try (NiFiInstance nifi = NiFiInstance.start(work, options)) {
                feed(nifi, KepwareFlow.create(nifi.client(), templates, emulator, DEVICE, listenPort), out);
                throw new IOException("NiFi has ended: see " + nifi.log());
            }
        }
    }

    private void feed(final NiFiInstance nifi, final KepwareFlow tags, final PrintWriter out) throws IOException, InterruptedException, TimeoutException {
        final Duration period = Duration.ofMillis(interval);
        try (KepwareSimulator simulator = new KepwareSimulator(tags.listener(), Clock.systemUTC(), 4);
                KepwareControl control = new KepwareControl(simulator, period)) {
            final CommandFlow device = CommandFlow.createWithin(tags.editor(), nifi.client(), templates, control.address());
            tags.start();
            simulator.start(period);
            device.start();
            say(out, introduction(nifi.canvas(), tags, device));
            final CountDownLatch ended = new CountDownLatch(1);
            nifi.onEnd(ended::countDown);
            ended.await();
        }
    }

    private String introduction(final URI canvas, final KepwareFlow tags, final CommandFlow device) {
        final String port = managementPort == MANAGEMENT_PORT ? "" : "--management-port %d ".formatted(managementPort);
        return """
                Canvas: %s
                KEPServerEX (simulated) sends to %s. Ctrl-C ends everything.
                What comes back is in the inner group, %s. Try in another terminal:
                  ./run send-message %s'change the filter'
                  ./run set-desired %ssamplingSeconds 5
                  ./run call-method %sreboot '{"delay":3}'
                """.stripTrailing().formatted(groupOf(canvas, tags.editor()), tags.listener(), groupOf(canvas, device.editor()), port, port, port);
    }

    private static URI groupOf(final URI canvas, final FlowEditor editor) {
        return canvas.resolve("#/process-groups/" + editor.group());
    }

    private static void say(final PrintWriter out, final String text) {
        out.println(text);
        out.flush();
    }

    private static void requireFree(final int port, final String option) throws IOException {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (final IOException e) {
            throw new IOException("Port %d is in use: choose another one with %s".formatted(port, option), e);
        }
    }
}
