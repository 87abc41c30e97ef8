/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority made for one test or one run, which issues the certificate of the endpoint. */
public final class TestAuthority {

    private static final Duration CLOCK_TOLERANCE = Duration.ofDays(1);
    private static final Duration LIFE = Duration.ofDays(30);
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 127;

    private final KeyPair keys;
    private final X509Certificate certificate;
    private final X500Name name;

    private TestAuthority(final KeyPair keys, final X509Certificate certificate, final X500Name name) {
        this.keys = keys;
        this.certificate = certificate;
        this.name = name;
    }

    /** Makes a new authority. */
    public static TestAuthority create() {
        final X500Name name = new X500Name("CN=IoT Hub Emulator Test CA " + serial().toString(16).substring(0, 6));
        final KeyPair keys = newKeys();
        try {
            final X509v3CertificateBuilder builder = builder(name, name, keys, keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new TestAuthority(keys, sign(builder, keys), name);
        } catch (final GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("The certificate authority could not be made", e);
        }
    }

    /** What clients have to trust. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The trust anchor as PEM text. */
    public String pem() {
        final StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(certificate);
        } catch (final IOException e) {
            throw new IllegalStateException("A certificate can be written to memory", e);
        }

        return text.toString();
    }

    /** Writes the trust anchor to a PEM file. */
    public Path writePem(final Path file) throws IOException {
        return Files.writeString(file, pem());
    }

    /** Issues a server certificate for host names and addresses. */
    public ServerIdentity issue(final Collection<String> hostNames) {
        final KeyPair serverKeys = newKeys();
        final GeneralName[] names = hostNames.stream().distinct().map(TestAuthority::generalName).toArray(GeneralName[]::new);
        try {
            final X509v3CertificateBuilder builder = builder(name, new X500Name("CN=IoT Hub Emulator"), serverKeys, keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            return new ServerIdentity(serverKeys.getPrivate(), sign(builder, keys), certificate);
        } catch (final GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("The server certificate could not be made", e);
        }
    }

    private static X509v3CertificateBuilder builder(final X500Name issuer, final X500Name subject, final KeyPair keys, final KeyPair issuerKeys)
            throws GeneralSecurityException, IOException {
        final Instant now = Instant.now();
        final JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        return new JcaX509v3CertificateBuilder(
                issuer, serial(), Date.from(now.minus(CLOCK_TOLERANCE)), Date.from(now.plus(LIFE)), subject, keys.getPublic())
                .addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(keys.getPublic()))
                .addExtension(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
    }

    private static X509Certificate sign(final X509v3CertificateBuilder builder, final KeyPair keys)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(keys.getPrivate())));
    }

    private static GeneralName generalName(final String host) {
        final boolean address = host.matches("[0-9.]+") || host.contains(":");
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static KeyPair newKeys() {
        try {
            final KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("P-256 is part of every JDK", e);
        }
    }

    private static BigInteger serial() {
        return new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1);
    }
}
