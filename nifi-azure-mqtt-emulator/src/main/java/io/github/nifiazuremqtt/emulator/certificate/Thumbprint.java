/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The digest by which a hub knows a certificate: SHA-1 or SHA-256.
 *
 * @param hex 40 or 64 hexadecimal digits, upper case
 */
public record Thumbprint(String hex) {

    private static final int SHA1_DIGITS = 40;
    private static final int SHA256_DIGITS = 64;

    /** Takes digits of either case, with or without colons or blanks between them. */
    public Thumbprint {
        hex = hex.replaceAll("[:\\s]", "").toUpperCase(Locale.ROOT);
        if (!hex.matches("[0-9A-F]+") || hex.length() != SHA1_DIGITS && hex.length() != SHA256_DIGITS) {
            throw new IllegalArgumentException("A thumbprint has 40 (SHA-1) or 64 (SHA-256) hexadecimal digits");
        }
    }

    public static Thumbprint sha1(final X509Certificate certificate) {
        return digest(certificate, "SHA-1");
    }

    public static Thumbprint sha256(final X509Certificate certificate) {
        return digest(certificate, "SHA-256");
    }

    /** Whether this is the thumbprint of a certificate. */
    public boolean matches(final X509Certificate certificate) {
        return equals(hex.length() == SHA1_DIGITS ? sha1(certificate) : sha256(certificate));
    }

    private static Thumbprint digest(final X509Certificate certificate, final String algorithm) {
        try {
            return new Thumbprint(HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded())));
        } catch (final GeneralSecurityException e) {
            throw new IllegalArgumentException("The certificate cannot be digested", e);
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
