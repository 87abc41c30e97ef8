/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/** What a command says: the files it made, what each is for, and what comes next. */
final class Console {

    private final CommandSpec spec;

    Console(final CommandSpec spec) {
        this.spec = spec;
    }

    /** Runs the work of a command; what a person can put right is told in one line. */
    int attempt(final Work work) {
        try {
            work.run();
            return ExitCode.OK;
        } catch (final IOException | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    void line(final String text) {
        spec.commandLine().getOut().println(text);
    }

    void file(final Path file, final String purpose) {
        line("  %-48s  %s".formatted(file, purpose));
    }

    void next(final String purpose, final String... commands) {
        line("Next: " + purpose);
        for (final String command : commands) {
            line("  " + command);
        }
    }

    /** The work of a command. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }
}
