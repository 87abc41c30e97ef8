/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.SigningRequest;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers a signing request. */
@Command(name = "sign", description = "Signs a certificate signing request (CSR) with an authority made here.", mixinStandardHelpOptions = true)
final class SignCommand implements Callable<Integer> {

    @Parameters(paramLabel = "<request>", description = "File with the request in PEM.")
    private Path requestFile;

    @Option(names = "--days", defaultValue = "365", description = "How long it is valid (default: ${DEFAULT-VALUE}), never longer than its issuer.")
    private int days;

    @Mixin
    private IssuerOptions issuer;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        final Console console = new Console(spec);
        return console.attempt(() -> make(console));
    }

    private void make(final Console console) throws IOException {
        final CertificateDirectory directory = output.directory();
        final SigningRequest request = read();
        final Path target = directory.identity(request.commonName());
        directory.requireFree(target, List.of(CertificateDirectory.CERTIFICATE, CertificateDirectory.CHAIN));

        final List<X509Certificate> chain = issuer.nearest(directory).sign(request, Validity.ofDays(days));
        final Path certificate = target.resolve(CertificateDirectory.CERTIFICATE);
        directory.writeReadable(certificate, Pem.certificates(chain.subList(0, 1)));
        final Path chainFile = target.resolve(CertificateDirectory.CHAIN);
        directory.writeReadable(chainFile, Pem.certificates(chain));

        console.line("[%s], valid until %s".formatted(request.commonName(), chain.getFirst().getNotAfter().toInstant()));
        console.file(certificate, "the certificate alone");
        console.file(chainFile, "the same with its issuers up to the root: return it to whoever asked");
    }

    private SigningRequest read() throws IOException {
        try {
            return Pem.readSigningRequest(Files.readString(requestFile));
        } catch (final NoSuchFileException e) {
            throw new IOException("There is no file [%s]".formatted(requestFile), e);
        }
    }
}
