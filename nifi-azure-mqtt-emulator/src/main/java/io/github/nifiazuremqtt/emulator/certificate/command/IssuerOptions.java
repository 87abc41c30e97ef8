/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import java.io.IOException;
import picocli.CommandLine.Option;

/** Who signs, shared by all commands that have something signed. */
final class IssuerOptions {

    @Option(names = "--issuer", description = "Which authority signs: ${COMPLETION-CANDIDATES}.")
    private AuthorityName issuer;

    @Option(names = "--issuer-password", arity = "0..1", interactive = true, description = "Password of the issuer's key; asked for if no value follows.")
    private char[] issuerPassword = {};

    /** The authority that was named, otherwise the intermediate one if there is one, otherwise the root. */
    CertificateAuthority nearest(final CertificateDirectory directory) throws IOException {
        return or(directory, directory.hasAuthority(AuthorityName.intermediate) ? AuthorityName.intermediate : AuthorityName.root);
    }

    /** The authority that was named, otherwise the root. */
    CertificateAuthority rootUnlessNamed(final CertificateDirectory directory) throws IOException {
        return or(directory, AuthorityName.root);
    }

    private CertificateAuthority or(final CertificateDirectory directory, final AuthorityName otherwise) throws IOException {
        return directory.readAuthority(issuer == null ? otherwise : issuer, issuerPassword);
    }
}
