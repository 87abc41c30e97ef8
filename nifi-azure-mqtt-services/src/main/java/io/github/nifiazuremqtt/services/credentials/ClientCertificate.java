/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * A certificate with its key.
 *
 * @param origin     where it comes from, as the beginning of a sentence
 * @param chain      the device's certificate, then the one that issued it, and so on
 * @param privateKey key: a secret
 */
public record ClientCertificate(String origin, List<X509Certificate> chain, PrivateKey privateKey) {

    public ClientCertificate {
        if (chain.isEmpty()) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds no certificate".formatted(origin));
        }
    }

    X509Certificate leaf() {
        return chain.getFirst();
    }

    Instant expiration() {
        return leaf().getNotAfter().toInstant();
    }

    boolean isSelfSigned() {
        return leaf().getSubjectX500Principal().equals(leaf().getIssuerX500Principal());
    }

    String subject() {
        return leaf().getSubjectX500Principal().toString();
    }

    String issuer() {
        return leaf().getIssuerX500Principal().toString();
    }

    /**
     * @return how far the chain goes that is sent in the handshake, in one or two sentences
     */
    String describeChain() {
        final X509Certificate last = chain.getLast();
        final String sent = chain.size() == 1 ? "1 certificate is sent" : "%d certificates are sent".formatted(chain.size());
        if (last.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
            return "%s, up to [%s], which is self-signed".formatted(sent, last.getSubjectX500Principal());
        }

        final X500Principal missing = last.getIssuerX500Principal();
        return "%s. The last is issued by [%s], whose certificate is not among them: it must be registered and verified itself; if only one above it is, "
                .formatted(sent, missing) + "add the certificate of [%s] behind the others".formatted(missing);
    }

    /**
     * @return common name of the device's certificate, or an empty string
     */
    String commonName() {
        final RDN[] names = X500Name.getInstance(leaf().getSubjectX500Principal().getEncoded()).getRDNs(BCStyle.CN);
        return names.length == 0 ? "" : IETFUtils.valueToString(names[0].getFirst().getValue());
    }

    /**
     * @return fingerprint of the device's certificate as the Azure portal wants it: upper-case hexadecimal
     */
    String thumbprint(final String algorithm) {
        try {
            return HexFormat.of().withUpperCase().formatHex(MessageDigest.getInstance(algorithm).digest(leaf().getEncoded()));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + algorithm, e);
        }
    }

    @Override
    public String toString() {
        return "ClientCertificate[origin=%s, subject=%s]".formatted(origin, subject());
    }
}
