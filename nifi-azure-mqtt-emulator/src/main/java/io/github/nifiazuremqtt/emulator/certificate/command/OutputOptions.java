/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where files go, shared by all commands that write. */
final class OutputOptions {

    @Option(names = "--directory", defaultValue = "certificates", description = "Where all files are kept (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--replace", description = "Replace keys and certificates that exist. Without it they are never overwritten.")
    private boolean replace;

    CertificateDirectory directory() {
        return new CertificateDirectory(directory, replace);
    }
}
