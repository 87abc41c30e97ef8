/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A certificate signing request, PKCS#10 (RFC 2986), whose signature has been checked. */
public final class SigningRequest {

    private final PKCS10CertificationRequest content;
    private final PublicKey publicKey;
    private final String commonName;

    /** Refuses a request that its own key has not signed, or that names nobody. */
    public SigningRequest(final PKCS10CertificationRequest content) {
        this.content = content;
        try {
            publicKey = new JcaPKCS10CertificationRequest(content).getPublicKey();
            if (!content.isSignatureValid(new JcaContentVerifierProviderBuilder().build(publicKey))) {
                throw new IllegalArgumentException("The signing request is not signed by its own key");
            }
        } catch (final GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new IllegalArgumentException("The signing request cannot be read", e);
        }

        commonName = CommonName.of(content.getSubject()).orElseThrow(() -> new IllegalArgumentException("The signing request has no common name"));
    }

    /** The request of a new key. */
    public static SigningRequest of(final KeyPair pair, final String commonName) {
        try {
            return new SigningRequest(new JcaPKCS10CertificationRequestBuilder(CertificateSigner.subject(commonName), pair.getPublic())
                    .build(new JcaContentSignerBuilder(KeyAlgorithm.signatureAlgorithm(pair.getPrivate())).build(pair.getPrivate())));
        } catch (final OperatorCreationException e) {
            throw new IllegalStateException("The Java runtime cannot sign a request for [%s]".formatted(commonName), e);
        }
    }

    public String commonName() {
        return commonName;
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    PKCS10CertificationRequest content() {
        return content;
    }
}
