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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * One device, one message for each FlowFile, a window: what PublishToIoTHub reaches in a real NiFi, against the raw client with the same window and against
 * LogAttribute in the same NiFi. Only the ratios mean something, because machines differ and are noisy.
 */
@Command(name = "throughput", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures the throughput of PublishToIoTHub in a real NiFi, as ratios in one run.")
final class ThroughputBenchmark implements Callable<Integer> {

    private static final String DEVICE = "bench-001";

    /** A device of its own: NiFi keeps its connection open while the raw client is measured. */
    private static final String RAW_DEVICE = "bench-002";

    private static final Duration ROUND_TRIP = Duration.ofMillis(50);

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds; the medians are printed (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--window", defaultValue = "1000", description = "Maximum Messages In Flight (default: ${DEFAULT-VALUE})")
    private int window;

    @Option(names = "--batch-size", defaultValue = "2000", description = "Batch Size of PublishToIoTHub (default: ${DEFAULT-VALUE})")
    private int batchSize;

    @Option(names = "--messages", defaultValue = "200000", description = "Messages for each measurement, a multiple of 10000 (default: ${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--body", defaultValue = "256", description = "Bytes of a message (default: ${DEFAULT-VALUE})")
    private int bodySize;

    @Override
    public Integer call() throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final Path directory = Files.createTempDirectory("benchmark");
        final NiFiOptions options = NiFiOptions.DEFAULT.withHeap("2g").withProperty("nifi.queue.swap.threshold", "2000000");
        try (IoTHubEmulator hub = IoTHubEmulator.builder().device(DEVICE).device(RAW_DEVICE).start();
             NiFiInstance nifi = NiFiInstance.start(directory, options)) {
            hub.telemetry().keepLast(0);
            final NiFiThroughput throughput = new NiFiThroughput(nifi, hub, DEVICE, window, bodySize);
            final RawClient raw = new RawClient(hub, RAW_DEVICE, window);
            final List<Round> measured = new ArrayList<>();
            for (int round = 0; round <= rounds; round++) {
                final Round result = measure(hub, throughput, raw);
                out.printf("%s %s%n", round == 0 ? "warm-up" : "round " + round, result);
                out.flush();
                if (round > 0) {
                    measured.add(result);
                }
            }
            print(out, measured);
            nifi.stop();
            NiFiInstance.deleteDirectory(directory);
        }
        return 0;
    }

    private Round measure(final IoTHubEmulator hub, final NiFiThroughput throughput, final RawClient raw) throws Exception {
        final byte[] body = new byte[bodySize];
        hub.faults().clear();
        final double log = throughput.logAttribute(messages);
        final double rawNear = raw.measure(messages, body);
        final double near = throughput.publish(hub, messages, 1, batchSize);
        hub.faults().everyone().delayPubacks(ROUND_TRIP);
        final double rawFar = raw.measure(messages / 2, body);
        final double far = throughput.publish(hub, messages / 2, 1, batchSize);
        final double farTwo = throughput.publish(hub, messages / 2, 2, batchSize);
        return new Round(log, rawNear, near, rawFar, far, farTwo);
    }

    private static void print(final PrintWriter out, final List<Round> rounds) {
        out.printf("medians of the ratios:%n");
        out.printf("  0 ms:  PublishToIoTHub / LogAttribute   %.2f%n", median(rounds.stream().map(round -> round.near() / round.log()).toList()));
        out.printf("  0 ms:  PublishToIoTHub / raw client     %.2f%n", median(rounds.stream().map(round -> round.near() / round.rawNear()).toList()));
        out.printf("  50 ms: PublishToIoTHub / raw client     %.2f with one concurrent task, %.2f with two%n",
                median(rounds.stream().map(round -> round.far() / round.rawFar()).toList()),
                median(rounds.stream().map(round -> round.farTwo() / round.rawFar()).toList()));
        out.flush();
    }

    private static double median(final List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private record Round(double log, double rawNear, double near, double rawFar, double far, double farTwo) {

        @Override
        public String toString() {
            return ("0 ms: LogAttribute %,.0f/s, raw client %,.0f/s, PublishToIoTHub %,.0f/s; "
                    + "50 ms: raw client %,.0f/s, PublishToIoTHub %,.0f/s, with two tasks %,.0f/s").formatted(log, rawNear, near, rawFar, far, farTwo);
        }
    }
}
