/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox.backend;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Plays the back end of a device: sends it a message, asks for a setting, calls a method, at the emulated hub of a demo that runs.
 */
@Command(name = "./run", subcommands = {SendMessage.class, SetDesired.class, CallMethod.class})
public final class BackEnd {

    private BackEnd() {
    }

    public static void main(final String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The commands; what goes wrong is one line on the error output. */
    public static CommandLine commandLine() {
        return new CommandLine(new BackEnd()).setExecutionExceptionHandler((exception, command, result) -> {
            if (exception instanceof HubException) {
                command.getErr().println(exception.getMessage());
                return CommandLine.ExitCode.SOFTWARE;
            }
            throw exception;
        });
    }
}
