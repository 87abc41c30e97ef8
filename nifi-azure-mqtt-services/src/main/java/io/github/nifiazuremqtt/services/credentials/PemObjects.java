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
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * Certificates and keys out of PEM text: PKCS#1, PKCS#8 and SEC1, encrypted or not, alone or among other things.
 */
final class PemObjects {

    private static final String SEC1_TYPE = "EC PRIVATE KEY";

    /** Not registered with the platform, so that it goes with the class loader. */
    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private PemObjects() {
    }

    /**
     * @return in the order of the text; empty if there are none
     */
    static List<X509Certificate> readCertificates(final PemResource resource) {
        try (PEMParser parser = new PEMParser(new StringReader(resource.text()))) {
            final List<X509Certificate> certificates = new ArrayList<>();
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof X509CertificateHolder holder) {
                    certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }

            return certificates;
        } catch (final IOException | CertificateException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is damaged: it cannot be read as PEM".formatted(resource.origin()), e);
        }
    }

    /**
     * @param password password of an encrypted key, or null
     */
    static PrivateKey readPrivateKey(final PemResource resource, final String password) {
        try {
            final PrivateKeyInfo plainKey = findPlainEcKey(resource);
            final PrivateKeyInfo key = plainKey == null ? findPrivateKey(resource, password) : plainKey;
            if (key != null) {
                // Keys go to the TLS implementation of the platform, which calls these keys EC.
                return new JcaPEMKeyConverter().setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC").getPrivateKey(key);
            }
        } catch (final IOException | IllegalArgumentException | IllegalStateException e) {
            // The cause is left out: its text may show parts of the key.
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s is damaged or of an unknown kind: it cannot be read as a private key"
                    .formatted(resource.origin()));
        }

        throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds no private key".formatted(resource.origin()));
    }

    /**
     * The parser wants a public key beside a plain SEC1 key, which RFC 5915 leaves to the writer.
     */
    private static PrivateKeyInfo findPlainEcKey(final PemResource resource) throws IOException {
        try (PemReader reader = new PemReader(new StringReader(resource.text()))) {
            for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                if (SEC1_TYPE.equals(object.getType()) && object.getHeaders().isEmpty()) {
                    final ECPrivateKey key = ECPrivateKey.getInstance(object.getContent());
                    return new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
                }
            }
        }

        return null;
    }

    private static PrivateKeyInfo findPrivateKey(final PemResource resource, final String password) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(resource.text()))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                final PrivateKeyInfo key = findPrivateKey(object, resource, password);
                if (key != null) {
                    return key;
                }
            }
        }

        return null;
    }

    private static PrivateKeyInfo findPrivateKey(final Object object, final PemResource resource, final String password) {
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
