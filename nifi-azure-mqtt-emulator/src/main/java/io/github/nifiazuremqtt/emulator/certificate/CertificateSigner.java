/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** Signs certificates of X.509 version 3 (RFC 5280) with one key. */
final class CertificateSigner {

    private static final int SERIAL_BITS = 127;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name issuer;
    private final PublicKey issuerKey;
    private final PrivateKey signingKey;
    private final Instant issuerEnd;

    private CertificateSigner(final X500Name issuer, final PublicKey issuerKey, final PrivateKey signingKey, final Instant issuerEnd) {
        this.issuer = issuer;
        this.issuerKey = issuerKey;
        this.signingKey = signingKey;
        this.issuerEnd = issuerEnd;
    }

    static CertificateSigner of(final CertifiedKey authority) {
        final X509Certificate certificate = authority.certificate();
        return new CertificateSigner(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), certificate.getPublicKey(),
                authority.privateKey(), certificate.getNotAfter().toInstant());
    }

    static CertificateSigner self(final String commonName, final PublicKey publicKey, final PrivateKey privateKey) {
        return new CertificateSigner(subject(commonName), publicKey, privateKey, Instant.MAX);
    }

    static X500Name subject(final String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
    }

    X509Certificate sign(final CertificateProfile profile, final PublicKey subjectKey) {
        try {
            final Validity validity = profile.validity().endingBy(issuerEnd);
            final X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer, new BigInteger(SERIAL_BITS, RANDOM),
                    Date.from(validity.notBefore()), Date.from(validity.notAfter()), subject(profile.commonName()), subjectKey);
            addExtensions(builder, profile, subjectKey);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(KeyAlgorithm.signatureAlgorithm(signingKey)).build(signingKey)));
        } catch (final IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("The certificate of [%s] cannot be signed".formatted(profile.commonName()), e);
        }
    }

    private void addExtensions(final X509v3CertificateBuilder builder, final CertificateProfile profile, final PublicKey subjectKey)
            throws IOException, GeneralSecurityException {
        final JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        final CertificateUse use = profile.use();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(use == CertificateUse.AUTHORITY));
        builder.addExtension(Extension.keyUsage, true, use.keyUsage(subjectKey));
        builder.addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(subjectKey));
        builder.addExtension(Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(issuerKey));

        if (use != CertificateUse.AUTHORITY) {
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use.purpose()));
        }
        if (!profile.serverNames().isEmpty()) {
            final GeneralName[] names = profile.serverNames().stream().map(CertificateSigner::generalName).toArray(GeneralName[]::new);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
    }

    private static GeneralName generalName(final String name) {
        return new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }
}
