/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an authority below the root. */
@Command(name = "intermediate", description = "Makes an authority below the root, whose key can then stay offline.", mixinStandardHelpOptions = true)
final class IntermediateCommand implements Callable<Integer> {

    private static final int DEFAULT_DAYS = 1825;

    @Option(names = "--name", defaultValue = "Device Intermediate CA", description = "Name of the authority (default: ${DEFAULT-VALUE}).")
    private String name;

    @Mixin
    private KeyOptions key;

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
        final CertificateAuthority root = issuer.rootUnlessNamed(directory);
        final IdentityFiles files = new IdentityFiles(directory, console, key.keyPassword(), new char[0]);
        final Path target = directory.authority(AuthorityName.intermediate);
        files.requireFree(target);

        final CertifiedKey intermediate = root.issue(key.apply(CertificateProfile.authority(name), DEFAULT_DAYS));
        console.line("Intermediate authority [%s], %s, valid until %s"
                .formatted(name, key.algorithm(), intermediate.certificate().getNotAfter().toInstant()));
        files.write(target, intermediate, "the authority's certificate", "signs devices from now on instead of the root's key");
        console.next("make devices; the root is what you upload", "./run certificates device <device id>");
    }
}
