/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

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

/** Makes a root authority. */
@Command(name = "root", description = "Makes a root certificate authority.", mixinStandardHelpOptions = true)
final class RootCommand implements Callable<Integer> {

    private static final int DEFAULT_DAYS = 3650;

    @Option(names = "--name", defaultValue = "Device Root CA", description = "Name of the authority (default: ${DEFAULT-VALUE}).")
    private String name;

    @Mixin
    private KeyOptions key;

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
        final IdentityFiles files = new IdentityFiles(directory, console, key.keyPassword(), new char[0]);
        final Path target = directory.authority(AuthorityName.root);
        files.requireFree(target);

        final CertifiedKey root = CertifiedKey.selfSigned(key.apply(CertificateProfile.authority(name), DEFAULT_DAYS));
        console.line("Root authority [%s], %s, valid until %s".formatted(name, key.algorithm(), root.certificate().getNotAfter().toInstant()));
        files.write(target, root, "upload it to IoT Hub or the Device Provisioning Service", "signs everything below it: keep it offline, upload it nowhere");

        final Path certificate = target.resolve(CertificateDirectory.CERTIFICATE);
        console.next("register it, and prove that you hold its key",
                "az iot hub certificate create --hub-name <hub> --name <name> --path " + certificate,
                "az iot hub certificate generate-verification-code --hub-name <hub> --name <name> --etag <etag>",
                "./run certificates verification <code>");
        console.line("For the Device Provisioning Service: az iot dps certificate ... --dps-name <dps> --certificate-name <name>");
    }
}
