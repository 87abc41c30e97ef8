/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the certificate of one device or module, shared by the two commands. */
final class ClientCertificates {

    private static final int DEFAULT_DAYS = 365;
    private static final int COMMON_NAME_LIMIT = 64;

    @Option(names = "--self-signed", description = "Without an authority: the hub knows the device by the thumbprint.")
    private boolean selfSigned;

    @Option(names = "--pkcs12-password", arity = "0..1", interactive = true,
            description = "Write a PKCS#12 key store too, with this password; asked for if no value follows.")
    private char[] keyStorePassword = {};

    @Mixin
    private KeyOptions key;

    @Mixin
    private IssuerOptions issuer;

    @Mixin
    private OutputOptions output;

    boolean isSelfSigned() {
        return selfSigned;
    }

    CertifiedKey make(final Console console, final String commonName) throws IOException {
        final CertificateDirectory directory = output.directory();
        final IdentityFiles files = new IdentityFiles(directory, console, key.keyPassword(), keyStorePassword);
        final Path target = directory.identity(commonName);
        files.requireFree(target);

        final CertificateProfile profile = key.apply(CertificateProfile.client(commonName), DEFAULT_DAYS);
        final CertifiedKey identity = selfSigned ? CertifiedKey.selfSigned(profile) : issuer.nearest(directory).issue(profile);
        console.line("[%s], %s, valid until %s".formatted(commonName, key.algorithm(), identity.certificate().getNotAfter().toInstant()));
        files.write(target, identity, "the certificate alone", "the private key: it goes to the device and nowhere else");
        console.line("  SHA-1 thumbprint    " + Thumbprint.sha1(identity.certificate()));
        console.line("  SHA-256 thumbprint  " + Thumbprint.sha256(identity.certificate()));
        if (commonName.length() > COMMON_NAME_LIMIT) {
            console.line("  Longer than the %d characters that X.509 allows a common name: some tools refuse it".formatted(COMMON_NAME_LIMIT));
        }
        return identity;
    }

    void explainNiFi(final Console console, final String commonName) {
        final Path target = output.directory().identity(commonName);
        console.line("In NiFi: Authentication Strategy [X.509 PEM], Certificate [%s], Private Key [%s]"
                .formatted(target.resolve(CertificateDirectory.CHAIN), target.resolve(CertificateDirectory.PRIVATE_KEY)));
    }
}
