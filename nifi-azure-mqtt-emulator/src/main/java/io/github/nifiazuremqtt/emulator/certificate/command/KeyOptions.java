/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.KeyAlgorithm;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import picocli.CommandLine.Option;

/** What a new key is like, shared by all commands that make one. */
final class KeyOptions {

    @Option(names = "--algorithm", defaultValue = "EC_P256", description = "Kind of key: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private KeyAlgorithm algorithm;

    @Option(names = "--days", description = "How long the certificate is valid. Never longer than its issuer.")
    private Integer days;

    @Option(names = "--key-password", arity = "0..1", interactive = true, description = "Encrypt the private key; asked for if no value follows.")
    private char[] keyPassword = {};

    KeyAlgorithm algorithm() {
        return algorithm;
    }

    CertificateProfile apply(final CertificateProfile profile, final int defaultDays) {
        return profile.withAlgorithm(algorithm).withValidity(Validity.ofDays(days == null ? defaultDays : days));
    }

    char[] keyPassword() {
        return keyPassword;
    }
}
