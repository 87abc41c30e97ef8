/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.trust;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

/**
 * Whether a chain leads to an authority (RFC 5280 section 6). Only what the client sent is used: a missing intermediate certificate is a refusal,
 * and nobody is asked about revocation.
 *
 * @param authority root or intermediate
 */
record ChainToAuthority(X509Certificate authority) {

    boolean accepts(final List<X509Certificate> chain, final Instant now) {
        try {
            final X509CertSelector leaf = new X509CertSelector();
            leaf.setCertificate(chain.getFirst());
            final PKIXBuilderParameters parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(authority, null)), leaf);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (final CertPathBuilderException e) {
            return false;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("PKIX is part of every Java runtime", e);
        }
    }
}
