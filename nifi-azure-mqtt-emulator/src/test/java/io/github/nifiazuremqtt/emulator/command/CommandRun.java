/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A run of the command line.
 *
 * @param exitCode exit code
 * @param out what it printed
 * @param err what it complained about
 */
public record CommandRun(int exitCode, String out, String err) {

    public static CommandRun of(final String... arguments) {
        return of(new EmulatorCommand(), new StringWriter(), arguments);
    }

    static CommandRun of(final EmulatorCommand command, final StringWriter out, final String... arguments) {
        final StringWriter err = new StringWriter();
        final int exitCode = EmulatorCommand.commandLine(command).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
