/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.DpsEmulatorBuilder;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorBuilder;
import io.github.nifiazuremqtt.emulator.certificate.command.CertificatesCommand;
import io.github.nifiazuremqtt.emulator.tls.TestAuthority;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs an emulator until it is stopped, and prints what arrives and what is refused. */
@Command(name = "iothub-emulator", mixinStandardHelpOptions = true, version = "0.1.0", showDefaultValues = true, sortOptions = false,
        subcommands = {SasCommand.class, CertificatesCommand.class},
        description = "An IoT Hub on this machine, as strict as the real one, with a Device Provisioning Service behind the same ports. "
                + "Prints one line per arriving message, and one for what it refuses.")
public final class EmulatorCommand implements Callable<Integer> {

    private static final int MESSAGES_KEPT = 1000;
    private static final Duration TOKEN_LIFE = Duration.ofDays(1);
    private static final int SECONDS_TO_CLOSE = 10;

    // the logger must not be collected before its level has done its work
    private static final Logger LOG = Logger.getLogger("io.github.nifiazuremqtt.emulator");

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Spec
    private CommandSpec spec;

    @Option(names = "--configuration", paramLabel = "FILE",
            description = "A JSON object with any of the other options, without their dashes. Options on the command line win.")
    private Path configuration;

    @Mixin
    private HubOptions hubOptions = new HubOptions();

    @Mixin
    private ProvisioningOptions provisioningOptions = new ProvisioningOptions();

    @Mixin
    private PortOptions portOptions = new PortOptions();

    @Mixin
    private TimingOptions timingOptions = new TimingOptions();

    @Option(names = "--directory", defaultValue = "${sys:user.home}/.iothub-emulator",
            description = "Where the certificate authority and keys that were made up are kept for the next start.")
    private Path directory;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Where to write the certificate that clients have to trust, beside the directory.")
    private Path caFile;

    @Option(names = "--json", description = "Print JSON, one object per line.")
    private boolean json;

    @Option(names = "--verbose", description = "Print also who connects and who leaves in peace.")
    private boolean verbose;

    public static void main(final String[] arguments) {
        // newer JDKs warn on every start about the memory access that this switches off
        System.setProperty("io.netty.noUnsafe", "true");
        System.exit(commandLine(new EmulatorCommand()).execute(arguments));
    }

    /** The command line of a command: what is wrong with it is said in one sentence. */
    static CommandLine commandLine(final EmulatorCommand command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(EmulatorCommand::refuse);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (configuration != null) {
            final CommandLine commandLine = spec.commandLine();
            commandLine.parseArgs(new ConfigurationFile(configuration, commandLine).with(commandLine.getParseResult()).toArray(String[]::new));
        }

        hubOptions.check(spec);
        provisioningOptions.check(spec, hubOptions.authorities());
        timingOptions.check(spec);
        portOptions.check(spec);
        final PrintWriter out = spec.commandLine().getOut();
        final LogPrinter log = new LogPrinter(out, json);
        LOG.setLevel(verbose ? Level.FINE : Level.INFO);
        LOG.setUseParentHandlers(false);
        LOG.addHandler(log);
        try {
            run(out);
            return CommandLine.ExitCode.OK;
        } catch (final IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            spec.commandLine().getErr().flush();
            return CommandLine.ExitCode.SOFTWARE;
        } finally {
            LOG.removeHandler(log);
            closed.countDown();
        }
    }

    /** Ends {@link #call()}. */
    void stop() {
        stopped.countDown();
    }

    private void run(final PrintWriter out) throws IOException, InterruptedException {
        final StateDirectory state = new StateDirectory(directory);
        final TestAuthority authority = TestAuthority.of(state.authority());
        if (caFile != null) {
            authority.writePem(caFile);
        }

        final KeptKeys keys = state.keys();
        final IoTHubEmulatorBuilder builder = IoTHubEmulator.builder().authority(authority).timings(timingOptions.timings());
        portOptions.apply(builder);
        hubOptions.apply(builder, keys);
        try (IoTHubEmulator emulator = builder.start(); DpsEmulator provisioning = provisioning(emulator, keys)) {
            state.write(keys);
            emulator.hubs().forEach(hub -> hub.telemetry().keepLast(MESSAGES_KEPT));
            final StartPrinter printer = new StartPrinter(out, emulator, provisioning, state);
            if (json) {
                printer.json();
            } else {
                printer.text(TOKEN_LIFE);
            }

            final ArrivalPrinter arrivals = new ArrivalPrinter(out, json);
            emulator.hubs().forEach(hub -> hub.telemetry().addListener(arrivals));
            final CloudSidePrinter cloudSide = new CloudSidePrinter(out, json, emulator.clock());
            emulator.hubs().forEach(hub -> cloudSide.listenTo(emulator.services(hub)));
            Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "iothub-emulator-stop"));
            stopped.await();
        }
    }

    private DpsEmulator provisioning(final IoTHubEmulator emulator, final KeptKeys keys) {
        final DpsEmulatorBuilder builder = DpsEmulator.builder().hub(emulator);
        provisioningOptions.apply(builder, keys, hubOptions.authorities());
        return builder.startBesideHub();
    }

    /** The process lives until the ports are closed. */
    private void stopAndWait() {
        stopped.countDown();
        try {
            closed.await(SECONDS_TO_CLOSE, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int refuse(final ParameterException e, final String[] arguments) {
        final PrintWriter err = e.getCommandLine().getErr();
        err.println(e.getMessage());
        err.println("--help lists the options.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }
}
