/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The measurements; without a name, that of throughput.
 */
@Command(name = "benchmark", mixinStandardHelpOptions = true, subcommands = {ThroughputBenchmark.class, LatencyBenchmark.class},
        description = "Measures the bundle in a real NiFi, as ratios in one run. Without a command: throughput.")
public final class Benchmark {

    private Benchmark() {
    }

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new Benchmark()).execute(arguments.length == 0 ? new String[] {"throughput"} : arguments));
    }
}
