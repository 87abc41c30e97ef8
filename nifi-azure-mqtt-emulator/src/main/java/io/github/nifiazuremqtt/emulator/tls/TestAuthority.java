/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A certificate authority made for one test or one run, which issues the certificate of the endpoint. */
public final class TestAuthority {

    private final CertificateAuthority authority;

    private TestAuthority(final CertificateAuthority authority) {
        this.authority = authority;
    }

    /** Makes a new authority; its name is its own, so that trust stores of several runs do not mix them up. */
    public static TestAuthority create() {
        return new TestAuthority(newRoot());
    }

    /** A new authority with its key. */
    public static CertificateAuthority newRoot() {
        return CertificateAuthority.root("IoT Hub Emulator Test CA " + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
    }

    /** An authority that was made earlier. */
    public static TestAuthority of(final CertificateAuthority authority) {
        return new TestAuthority(authority);
    }

    /** What clients have to trust. */
    public X509Certificate certificate() {
        return authority.certificate();
    }

    /** The trust anchor as PEM text. */
    public String pem() {
        return Pem.certificates(List.of(authority.certificate()));
    }

    /** Writes the trust anchor to a PEM file. */
    public Path writePem(final Path file) throws IOException {
        return Files.writeString(file, pem());
    }

    /** Issues a server certificate for host names and addresses. */
    public ServerIdentity issue(final Collection<String> hostNames) {
        return new ServerIdentity(authority.issue(CertificateProfile.server(hostNames.stream().distinct().toList())));
    }
}
