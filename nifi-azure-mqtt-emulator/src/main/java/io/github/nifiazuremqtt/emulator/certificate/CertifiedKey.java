/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key with the certificates that vouch for it.
 *
 * @param privateKey private key
 * @param chain its certificate, then the issuers up to the root
 */
public record CertifiedKey(PrivateKey privateKey, List<X509Certificate> chain) {

    private static final String ALIAS = "key";

    public CertifiedKey {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("A key without certificate is not certified");
        }
        chain = List.copyOf(chain);
    }

    /** A new key whose certificate is signed by itself: the root of a hierarchy, or a device that is known by its thumbprint. */
    public static CertifiedKey selfSigned(final CertificateProfile profile) {
        final KeyPair pair = profile.algorithm().generate();
        final CertificateSigner signer = CertificateSigner.self(profile.commonName(), pair.getPublic(), pair.getPrivate());
        return new CertifiedKey(pair.getPrivate(), List.of(signer.sign(profile, pair.getPublic())));
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** A PKCS#12 key store in memory with this key and its chain. */
    public KeyStore keyStore(final char[] password) {
        try {
            final KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, privateKey, password, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (final GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The Java runtime cannot make a PKCS#12 key store", e);
        }
    }

    @Override
    public String toString() {
        return "CertifiedKey[%s]".formatted(certificate().getSubjectX500Principal());
    }
}
