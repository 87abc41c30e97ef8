/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Issues certificates.
 *
 * @param identity key and certificates of the authority
 */
public record CertificateAuthority(CertifiedKey identity) {

    public CertificateAuthority {
        if (identity.certificate().getBasicConstraints() < 0) {
            throw new IllegalArgumentException("[%s] is not a certificate authority".formatted(identity.certificate().getSubjectX500Principal()));
        }
    }

    /** A new root with a key of its own. */
    public static CertificateAuthority root(final String name) {
        return new CertificateAuthority(CertifiedKey.selfSigned(CertificateProfile.authority(name)));
    }

    /** A new authority below this one. */
    public CertificateAuthority intermediate(final String name) {
        return new CertificateAuthority(issue(CertificateProfile.authority(name)));
    }

    public X509Certificate certificate() {
        return identity.certificate();
    }

    /** A new key with a certificate of this authority. */
    public CertifiedKey issue(final CertificateProfile profile) {
        final KeyPair pair = profile.algorithm().generate();
        return new CertifiedKey(pair.getPrivate(), chain(CertificateSigner.of(identity).sign(profile, pair.getPublic())));
    }

    /** The certificate chain of a key that stays where it is; the common name is that of the request. */
    public List<X509Certificate> sign(final SigningRequest request, final Validity validity) {
        final CertificateProfile profile = CertificateProfile.client(request.commonName()).withValidity(validity);
        return chain(CertificateSigner.of(identity).sign(profile, request.publicKey()));
    }

    private List<X509Certificate> chain(final X509Certificate certificate) {
        final List<X509Certificate> chain = new ArrayList<>();
        chain.add(certificate);
        chain.addAll(identity.chain());
        return chain;
    }
}
