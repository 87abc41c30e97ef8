/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates made for one test run. */
public final class TestCertificates {

    private static final AtomicLong SERIAL_NUMBER = new AtomicLong(1);

    private TestCertificates() {
    }

    public static Issued selfSigned(final String commonName) throws GeneralSecurityException, OperatorCreationException, IOException {
        return issue(commonName, null, Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(30)));
    }

    public static Issued issuedBy(final Issued issuer, final String commonName) throws GeneralSecurityException, OperatorCreationException, IOException {
        return issue(commonName, issuer, Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(30)));
    }

    /**
     * @param issuer null for self-signed
     */
    public static Issued issue(final String commonName, final Issued issuer, final Instant start, final Instant end)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        final KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        final KeyPair keyPair = generator.generateKeyPair();
        final X500Principal subject = new X500Principal("CN=" + commonName);
        final JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuer == null ? subject : issuer.certificate().getSubjectX500Principal(),
                BigInteger.valueOf(SERIAL_NUMBER.getAndIncrement()), Date.from(start), Date.from(end), subject, keyPair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        return new Issued(new JcaX509CertificateConverter().getCertificate(builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(issuer == null ? keyPair.getPrivate() : issuer.keyPair().getPrivate()))), keyPair);
    }

    public static String pem(final Object... objects) throws IOException {
        final StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (final Object object : objects) {
                writer.writeObject(object);
            }
        }

        return text.toString();
    }

    /** A certificate with its keys. */
    public record Issued(X509Certificate certificate, KeyPair keyPair) {

        public String keyPem() throws IOException {
            return pem(new JcaPKCS8Generator(keyPair.getPrivate(), null));
        }
    }
}
