/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a token. */
@Command(name = "sas", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Makes a shared access signature from a connection string, for any client and any hub.")
final class SasCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONNECTION_STRING", description = "HostName=...;DeviceId=...;SharedAccessKey=...")
    private String connectionString;

    @Option(names = "--life", defaultValue = "PT1H", description = "How long the token holds, as in PT1H or PT30M.")
    private Duration life;

    @Override
    public Integer call() {
        try {
            final ConnectionString connection = ConnectionString.parse(connectionString);
            spec.commandLine().getOut().println(
                    SasToken.sign(connection.resource(), connection.sharedAccessKey(), Instant.now().plus(life), "").text());
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        } catch (final IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            spec.commandLine().getErr().flush();
            return ExitCode.USAGE;
        }
    }
}
