/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Certificates, keys and requests as PEM text (RFC 7468). */
public final class Pem {

    private static final int PASSWORD_ITERATIONS = 100_000;
    /** Not registered with the runtime: only what is done here may depend on it. */
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private Pem() {
    }

    public static String certificates(final List<X509Certificate> certificates) {
        return write(certificates);
    }

    /** A private key in PKCS#8, encrypted (PBES2, AES-256) unless the password is empty. */
    public static String privateKey(final PrivateKey key, final char[] password) {
        try {
            return write(List.of(new JcaPKCS8Generator(key, password.length == 0 ? null : encryptor(password)).generate()));
        } catch (final IOException | OperatorCreationException e) {
            throw new IllegalStateException("The private key cannot be written", e);
        }
    }

    public static String signingRequest(final SigningRequest request) {
        return write(List.of(request.content()));
    }

    /** All certificates of a text, in its order. */
    public static List<X509Certificate> readCertificates(final String text) throws IOException {
        final List<X509Certificate> certificates = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof final X509CertificateHolder certificate) {
                    certificates.add(new JcaX509CertificateConverter().getCertificate(certificate));
                }
            }
        } catch (final GeneralSecurityException e) {
            throw new IOException("A certificate cannot be read", e);
        }

        return certificates;
    }

    /** The private key of a text in PKCS#8. */
    public static PrivateKey readPrivateKey(final String text, final char[] password) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            return switch (parser.readObject()) {
                case final PrivateKeyInfo key -> new JcaPEMKeyConverter().getPrivateKey(key);
                case final PKCS8EncryptedPrivateKeyInfo key -> new JcaPEMKeyConverter().getPrivateKey(decrypt(key, password));
                case null, default -> throw new IOException("There is no private key in PKCS#8");
            };
        }
    }

    public static SigningRequest readSigningRequest(final String text) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            if (parser.readObject() instanceof final PKCS10CertificationRequest request) {
                return new SigningRequest(request);
            }
            throw new IOException("There is no certificate signing request");
        }
    }

    private static OutputEncryptor encryptor(final char[] password) throws OperatorCreationException {
        return new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                .setPRF(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE))
                .setIterationCount(PASSWORD_ITERATIONS)
                .setPassword(password)
                .setProvider(PROVIDER)
                .build();
    }

    private static PrivateKeyInfo decrypt(final PKCS8EncryptedPrivateKeyInfo key, final char[] password) throws IOException {
        if (password.length == 0) {
            throw new IOException("The private key is encrypted and no password was given");
        }

        try {
            return key.decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(PROVIDER).build(password));
        } catch (final OperatorCreationException | PKCSException e) {
            throw new IOException("The private key cannot be decrypted: is the password right?", e);
        }
    }

    private static String write(final List<?> contents) {
        final StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (final Object content : contents) {
                writer.writeObject(content);
            }
        } catch (final IOException e) {
            throw new IllegalStateException("PEM text cannot be written", e);
        }

        return text.toString();
    }
}
