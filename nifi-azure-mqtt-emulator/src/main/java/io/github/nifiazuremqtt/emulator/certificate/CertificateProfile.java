/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.util.List;

/**
 * What a certificate shall say.
 *
 * @param commonName common name of the subject: the device id, {@code device/module}, a verification code, the name of an authority or server
 * @param use what it is for
 * @param algorithm kind of key
 * @param validity when it is valid; cut where its issuer ends
 * @param serverNames DNS names and IP addresses of a server
 */
public record CertificateProfile(String commonName, CertificateUse use, KeyAlgorithm algorithm, Validity validity, List<String> serverNames) {

    private static final int DEFAULT_DAYS = 365;

    public CertificateProfile {
        if (commonName.isBlank()) {
            throw new IllegalArgumentException("A certificate needs a common name");
        }
        serverNames = List.copyOf(serverNames);
    }

    /** A root or intermediate authority. */
    public static CertificateProfile authority(final String name) {
        return of(name, CertificateUse.AUTHORITY, List.of());
    }

    /** A device, a module, or the proof of possession of an authority. */
    public static CertificateProfile client(final String commonName) {
        return of(commonName, CertificateUse.CLIENT, List.of());
    }

    /** A server with its DNS names and IP addresses; the first one is the common name. */
    public static CertificateProfile server(final List<String> names) {
        return of(names.getFirst(), CertificateUse.SERVER, names);
    }

    public CertificateProfile withAlgorithm(final KeyAlgorithm value) {
        return new CertificateProfile(commonName, use, value, validity, serverNames);
    }

    public CertificateProfile withValidity(final Validity value) {
        return new CertificateProfile(commonName, use, algorithm, value, serverNames);
    }

    private static CertificateProfile of(final String commonName, final CertificateUse use, final List<String> serverNames) {
        return new CertificateProfile(commonName, use, KeyAlgorithm.EC_P256, Validity.ofDays(DEFAULT_DAYS), serverNames);
    }
}
