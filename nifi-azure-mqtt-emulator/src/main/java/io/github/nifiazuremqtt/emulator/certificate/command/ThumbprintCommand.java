/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the thumbprints of certificates. */
@Command(name = "thumbprint", description = "Prints the thumbprints by which a hub knows self-signed certificates.", mixinStandardHelpOptions = true)
final class ThumbprintCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "<certificate>", description = "Files with certificates in PEM.")
    private List<Path> files;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final Console console = new Console(spec);
        return console.attempt(() -> print(console));
    }

    private void print(final Console console) throws IOException {
        for (final Path file : files) {
            final X509Certificate certificate = read(file);
            console.line("%s  %s, valid until %s".formatted(file, certificate.getSubjectX500Principal(), certificate.getNotAfter().toInstant()));
            console.line("  SHA-1    " + Thumbprint.sha1(certificate));
            console.line("  SHA-256  " + Thumbprint.sha256(certificate));
        }
    }

    private static X509Certificate read(final Path file) throws IOException {
        try {
            final List<X509Certificate> certificates = Pem.readCertificates(Files.readString(file));
            if (certificates.isEmpty()) {
                throw new IOException("There is no certificate in [%s]".formatted(file));
            }
            return certificates.getFirst();
        } catch (final NoSuchFileException e) {
            throw new IOException("There is no file [%s]".formatted(file), e);
        }
    }
}
