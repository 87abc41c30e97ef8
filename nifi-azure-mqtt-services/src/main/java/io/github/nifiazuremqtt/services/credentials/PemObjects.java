/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.IOException;
import java.io.StringReader;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.X509TrustedCertificateBlock;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * Certificates and keys out of PEM: PKCS#1, PKCS#8 and SEC1, encrypted or not, a certificate and its key also together.
 */
final class PemObjects {

    private static final String SEC1_TYPE = "EC PRIVATE KEY";

    /** Not registered with the platform, so that it goes with the class loader. */
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private PemObjects() {
    }

    /**
     * @return in the order of the text, at least one
     */
    static List<X509Certificate> readCertificates(final PemResource resource) {
        final List<X509Certificate> certificates = new ArrayList<>();
        for (final PemBlock block : PemBlock.requireCertificates(resource.origin(), resource.blocks())) {
            certificates.add(readCertificate(resource.origin(), block, certificates.size() + 1));
        }

        return certificates;
    }

    private static X509Certificate readCertificate(final String origin, final PemBlock block, final int number) {
        try (PEMParser parser = new PEMParser(new StringReader(block.toPem()))) {
            return switch (parser.readObject()) {
                case X509CertificateHolder holder -> new JcaX509CertificateConverter().getCertificate(holder);
                case X509TrustedCertificateBlock trusted -> new JcaX509CertificateConverter().getCertificate(trusted.getCertificateHolder());
                default -> throw new CertificateException();
            };
        } catch (final IOException | CertificateException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is damaged: certificate %d cannot be read".formatted(origin, number));
        }
    }

    /**
     * @param password password of an encrypted key, or null
     */
    static PrivateKey readPrivateKey(final PemResource resource, final String password) {
        final PemBlock block = PemBlock.requirePrivateKey(resource.origin(), resource.blocks());
        try {
            final PrivateKeyInfo plainKey = SEC1_TYPE.equals(block.type()) && block.headers().isEmpty() ? readPlainEcKey(block) : null;
            final PrivateKeyInfo key = plainKey == null ? readPrivateKey(block, resource, password) : plainKey;
            if (key != null) {
                // Keys go to the TLS implementation of the platform, which calls these keys EC.
                return new JcaPEMKeyConverter().setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC").getPrivateKey(key);
            }
        } catch (final IOException | IllegalArgumentException | IllegalStateException e) {
            // Told below. The cause is left out: its text may show parts of the key.
        }

        throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is damaged or of an unknown kind: it cannot be read as a private key"
                .formatted(resource.origin()));
    }

    /**
     * The parser wants a public key beside a plain SEC1 key, which RFC 5915 leaves to the writer.
     */
    private static PrivateKeyInfo readPlainEcKey(final PemBlock block) throws IOException {
        final ECPrivateKey key = ECPrivateKey.getInstance(Base64.getDecoder().decode(block.base64()));
        return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    private static PrivateKeyInfo readPrivateKey(final PemBlock block, final PemResource resource, final String password) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(block.toPem()))) {
            return toPrivateKey(parser.readObject(), resource, password);
        }
    }

    private static PrivateKeyInfo toPrivateKey(final Object object, final PemResource resource, final String password) {
        return switch (object) {
            case PrivateKeyInfo key -> key;
            case PEMKeyPair pair -> pair.getPrivateKeyInfo();
            case PKCS8EncryptedPrivateKeyInfo encrypted -> decrypt(resource, password, secret -> encrypted.decryptPrivateKeyInfo(
                    new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(PROVIDER).build(secret)));
            case PEMEncryptedKeyPair encrypted -> decrypt(resource, password, secret -> encrypted.decryptKeyPair(
                    new JcePEMDecryptorProviderBuilder().setProvider(PROVIDER).build(secret)).getPrivateKeyInfo());
            default -> null;
        };
    }

    private static PrivateKeyInfo decrypt(final PemResource resource, final String password, final Decryption decryption) {
        if (password == null || password.isEmpty()) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is encrypted: set Private Key Password".formatted(resource.origin()));
        }

        try {
            return decryption.decrypt(password.toCharArray());
        } catch (final IOException | PKCSException | OperatorCreationException | RuntimeException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s cannot be decrypted: Private Key Password is not its password"
                    .formatted(resource.origin()));
        }
    }

    /** A way to decrypt; a wrong password shows itself in many kinds of exception. */
    private interface Decryption {

        PrivateKeyInfo decrypt(char[] password) throws IOException, PKCSException, OperatorCreationException;
    }
}
