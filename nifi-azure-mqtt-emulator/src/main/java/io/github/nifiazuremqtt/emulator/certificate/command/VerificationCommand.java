/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proves to the service that the key of an authority is at hand. Nobody ever connects with this certificate, so its key is not kept. */
@Command(name = "verification", description = "Proves to the portal that you hold an authority's key.", mixinStandardHelpOptions = true)
final class VerificationCommand implements Callable<Integer> {

    private static final int DAYS = 30;

    @Parameters(paramLabel = "<code>", description = "The verification code that the portal or 'generate-verification-code' shows.")
    private String code;

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
        final CertificateAuthority authority = issuer.rootUnlessNamed(directory);
        final Path target = directory.path().resolve("verification");
        final Path file = target.resolve(CertificateDirectory.CERTIFICATE);
        directory.requireFree(target, List.of());

        directory.writeReadable(file, Pem.certificates(List.of(
                authority.issue(CertificateProfile.client(code).withValidity(Validity.ofDays(DAYS))).certificate())));
        console.line("Verification certificate for the code [%s]".formatted(code));
        console.file(file, "upload it where the code came from; needed once");
        console.next("prove it",
                "az iot hub certificate verify --hub-name <hub> --name <name> --path %s --etag <etag>".formatted(file),
                "./run certificates device <device id>");
    }
}
