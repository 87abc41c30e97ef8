/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;

/** Kinds of key that IoT Hub accepts in a client certificate. */
public enum KeyAlgorithm {
    EC_P256("EC", "EC P-256", new ECGenParameterSpec("secp256r1")),
    RSA_2048("RSA", "RSA 2048", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
    RSA_3072("RSA", "RSA 3072", new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4));

    private final String family;
    private final String title;
    private final AlgorithmParameterSpec parameters;

    KeyAlgorithm(final String family, final String title, final AlgorithmParameterSpec parameters) {
        this.family = family;
        this.title = title;
        this.parameters = parameters;
    }

    /** A new key pair. */
    public KeyPair generate() {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("The Java runtime cannot make a key [%s]".formatted(title), e);
        }
    }

    static String signatureAlgorithm(final PrivateKey key) {
        return "RSA".equals(key.getAlgorithm()) ? "SHA256withRSA" : "SHA256withECDSA";
    }

    @Override
    public String toString() {
        return title;
    }
}
