/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.sandbox.NiFiInstance;
import io.github.nifiazuremqtt.sandbox.NiFiOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * One thing at a time, with a pause before each: how long a cloud-to-device message takes until it is acknowledged, which NiFi does when its FlowFile is
 * committed, and a method until it is answered. The raw client, whose callback does the same at once, takes turns with NiFi.
 */
@Command(name = "latency", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures the latency of ConsumeC2D and of ConsumeDirectMethod with RespondDirectMethod, against the callback of the raw client.")
final class LatencyBenchmark implements Callable<Integer> {

    private static final String DEVICE = "bench-001";

    private static final String RAW_DEVICE = "bench-002";

    private static final long SEED = 1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--messages", defaultValue = "500", description = "Messages, and calls, for each measurement (default: ${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--pause", defaultValue = "50", description = "Longest pause before each, in milliseconds (default: ${DEFAULT-VALUE})")
    private int pause;

    @Override
    public Integer call() throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final Path directory = Files.createTempDirectory("benchmark");
        try (IoTHubEmulator hub = IoTHubEmulator.builder().device(DEVICE).device(RAW_DEVICE).start();
             NiFiInstance nifi = NiFiInstance.start(directory, NiFiOptions.DEFAULT)) {
            RespondingFlow.start(nifi, hub, DEVICE);
            try (RawResponder responder = RawResponder.start(hub, RAW_DEVICE)) {
                final RoundTrips flow = new RoundTrips(hub, DEVICE);
                final RoundTrips raw = new RoundTrips(hub, responder.device());
                flow.awaitReachable();
                raw.awaitReachable();
                measure(flow, raw);
                print(out, "warm-up", flow, raw);
                flow.clear();
                raw.clear();
                measure(flow, raw);
                print(out, "measured", flow, raw);
            }
            nifi.stop();
            NiFiInstance.deleteDirectory(directory);
        }
        return 0;
    }

    private void measure(final RoundTrips flow, final RoundTrips raw) throws Exception {
        final Random random = new Random(SEED);
        for (int index = 0; index < messages; index++) {
            for (final RoundTrips each : new RoundTrips[] {raw, flow}) {
                // Without a rhythm that could fall in with one of NiFi's.
                TimeUnit.MILLISECONDS.sleep(random.nextInt(pause + 1));
                each.sendMessage();
                TimeUnit.MILLISECONDS.sleep(random.nextInt(pause + 1));
                each.callMethod();
            }
        }
    }

    private static void print(final PrintWriter out, final String name, final RoundTrips flow, final RoundTrips raw) {
        out.printf("%s%n", name);
        print(out, "message sent to FlowFile committed and acknowledged", flow.messages(), raw.messages());
        print(out, "method called to answer received", flow.methods(), raw.methods());
        out.flush();
    }

    private static void print(final PrintWriter out, final String what, final Latencies flow, final Latencies raw) {
        out.printf("  %s%n", what);
        for (final int percent : new int[] {50, 99}) {
            out.printf("    p%d: NiFi %.2f ms, raw client %.2f ms, ratio %.1f%n", percent, flow.percentile(percent), raw.percentile(percent),
                    flow.percentile(percent) / raw.percentile(percent));
        }
    }
}
