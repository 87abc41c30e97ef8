/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.command.CloudSidePrinter;
import java.io.IOException;
import java.io.PrintWriter;
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

    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @Option(names = "--nifi-port", defaultValue = "8080", description = "Port of the canvas, on loopback, 0 for a free one.")
    private int nifiPort;

    @Option(names = "--listen-port", defaultValue = "8081", description = "Port on which the flow waits for tags, 0 for a free one.")
    private int listenPort;

    @Option(names = "--mqtt-port", defaultValue = "0", description = "Port of the emulated hub, 0 for a free one.")
    private int mqttPort;

    @Option(names = "--management-port", defaultValue = "" + MANAGEMENT_PORT, description = "Port of the emulated hub for a back end, 0 for a free one.")
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
        try (DemoPorts ports = new DemoPorts(directory.resolve("ports"))) {
            run(out, started, ports.claim(nifiPort, "--nifi-port"), ports.claim(listenPort, "--listen-port"), ports.claim(mqttPort, "--mqtt-port"),
                    ports.claim(managementPort, "--management-port"));
            return CommandLine.ExitCode.OK;
        } catch (final IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void run(final PrintWriter out, final long started, final int web, final int tags, final int mqtt, final int management)
            throws IOException, InterruptedException, TimeoutException {
        final NiFiOptions options = NiFiOptions.DEFAULT.withWebPort(web).withHeap(heap);
        // The port of the canvas is claimed, and with it this directory.
        final Path work = directory.resolve("demo-" + web);
        NiFiInstance.deleteDirectory(work);
        try (StartSteps steps = new StartSteps(out, started, LONGEST_SILENCE);
                IoTHubEmulator emulator = IoTHubEmulator.builder().mqttPort(mqtt).managementPort(management).device(DEVICE).start()) {
            steps.begin("Emulated IoT Hub: %s:%d, device %s".formatted(emulator.hostName(), emulator.mqttPort(), DEVICE));
            emulator.telemetry().keepLast(MESSAGES_KEPT);
            emulator.telemetry().addListener(new TelemetryPrinter(out, started));
            new CloudSidePrinter(out, false, emulator.clock()).listenTo(emulator.services(emulator.hub()));
            steps.begin("Starting NiFi, which takes about half a minute; its log: " + work.resolve("logs/nifi-app.log"),
                    () -> sayOfNiFi(NiFiInstance.newestMessage(work)));
            try (NiFiInstance nifi = NiFiInstance.start(work, options)) {
                steps.begin("NiFi answers. Importing the flow of the tags, and its parameters");
                feed(nifi, KepwareFlow.create(nifi.client(), templates, emulator, DEVICE, tags), steps, management);
                throw new IOException("NiFi has ended: see " + nifi.log());
            }
        }
    }

    private void feed(final NiFiInstance nifi, final KepwareFlow tags, final StartSteps steps, final int management)
            throws IOException, InterruptedException, TimeoutException {
        final Duration period = Duration.ofMillis(interval);
        try (KepwareSimulator simulator = new KepwareSimulator(tags.listener(), Clock.systemUTC(), 4);
                KepwareControl control = new KepwareControl(simulator, period)) {
            steps.begin("Importing the flow of the device twin, commands and methods");
            final CommandFlow device = CommandFlow.createWithin(tags.editor(), nifi.client(), templates, control.address());
            steps.begin("Enabling the services and starting the flows");
            tags.start();
            simulator.start(period);
            device.start();
            steps.close();
            say(introduction(nifi.canvas(), tags, device, management));
            final CountDownLatch ended = new CountDownLatch(1);
            nifi.onEnd(ended::countDown);
            ended.await();
        }
    }

    private static String introduction(final URI canvas, final KepwareFlow tags, final CommandFlow device, final int management) {
        final String port = management == MANAGEMENT_PORT ? "" : "--management-port %d ".formatted(management);
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

    private static String sayOfNiFi(final String message) {
        return message.isEmpty() ? "" : "NiFi: " + message;
    }

    private void say(final String text) {
        final PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
