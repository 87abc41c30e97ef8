/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a key with its certificates, and says what each file is for.
 *
 * @param directory the directory of all files
 * @param console where to say it
 * @param keyPassword encrypts the private key unless empty
 * @param keyStorePassword protects a PKCS#12 key store, which is written unless it is empty
 */
record IdentityFiles(CertificateDirectory directory, Console console, char[] keyPassword, char[] keyStorePassword) {

    void requireFree(final Path target) throws IOException {
        final List<String> names = new ArrayList<>(List.of(CertificateDirectory.CERTIFICATE, CertificateDirectory.CHAIN, CertificateDirectory.PRIVATE_KEY));
        if (keyStorePassword.length > 0) {
            names.add(CertificateDirectory.KEY_STORE);
        }
        directory.requireFree(target, names);
    }

    void write(final Path target, final CertifiedKey identity, final String certificatePurpose, final String keyPurpose) throws IOException {
        final Path key = target.resolve(CertificateDirectory.PRIVATE_KEY);
        directory.writeSecret(key, Pem.privateKey(identity.privateKey(), keyPassword).getBytes(StandardCharsets.US_ASCII));

        final Path certificate = target.resolve(CertificateDirectory.CERTIFICATE);
        directory.writeReadable(certificate, Pem.certificates(List.of(identity.certificate())));

        final Path chain = target.resolve(CertificateDirectory.CHAIN);
        directory.writeReadable(chain, Pem.certificates(identity.chain()));

        console.file(certificate, certificatePurpose);
        console.file(chain, "the same with its issuers up to the root");
        console.file(key, keyPassword.length == 0 ? keyPurpose : keyPurpose + " (encrypted)");
        if (keyStorePassword.length > 0) {
            writeKeyStore(target.resolve(CertificateDirectory.KEY_STORE), identity);
        }
    }

    private void writeKeyStore(final Path file, final CertifiedKey identity) throws IOException {
        final ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            identity.keyStore(keyStorePassword).store(content, keyStorePassword);
        } catch (final GeneralSecurityException e) {
            throw new IOException("The key store [%s] cannot be written".formatted(file), e);
        }
        directory.writeSecret(file, content.toByteArray());
        console.file(file, "key and chain as PKCS#12, for NiFi's SSL Context Service");
    }
}
