/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * How an identity proves itself.
 *
 * @param type kind of proof
 * @param primary primary key in base64, or primary thumbprint in hexadecimal; empty for a certificate authority
 * @param secondary secondary key or thumbprint
 */
public record Authentication(Type type, String primary, String secondary) {

    private static final int KEY_LENGTH = 32;

    public Authentication {
        if (type == Type.SELF_SIGNED) {
            primary = normalized(primary);
            secondary = normalized(secondary);
        }
    }

    /** Two new keys. */
    public static Authentication newKeys() {
        return keys(newKey(), newKey());
    }

    public static Authentication keys(final String primary, final String secondary) {
        return new Authentication(Type.SAS, primary, secondary);
    }

    /** Thumbprints, SHA-1 or SHA-256, of up to two certificates; the second may be empty. */
    public static Authentication thumbprints(final String primary, final String secondary) {
        return new Authentication(Type.SELF_SIGNED, primary, secondary);
    }

    /** Any certificate with the right common name from an authority that the hub knows. */
    public static Authentication certificateAuthority() {
        return new Authentication(Type.CERTIFICATE_AUTHORITY, "", "");
    }

    /** A new random key in base64. */
    public static String newKey() {
        final byte[] key = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    boolean knows(final X509Certificate certificate) {
        return Stream.of(primary, secondary)
                .filter(thumbprint -> !thumbprint.isEmpty())
                .anyMatch(thumbprint -> new Thumbprint(thumbprint).matches(certificate));
    }

    private static String normalized(final String thumbprint) {
        return thumbprint.isBlank() ? "" : new Thumbprint(thumbprint).hex();
    }

    @Override
    public String toString() {
        return "Authentication[type=" + type + "]";
    }

    /** Kinds of proof, with their name in the service API. */
    public enum Type {
        SAS("sas"), SELF_SIGNED("selfSigned"), CERTIFICATE_AUTHORITY("certificateAuthority");

        private final String apiName;

        Type(final String apiName) {
            this.apiName = apiName;
        }

        public String apiName() {
            return apiName;
        }
    }
}
