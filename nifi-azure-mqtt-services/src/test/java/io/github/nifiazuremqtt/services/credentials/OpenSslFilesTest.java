/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people make them, with openssl of the machine. */
@Timeout(120)
class OpenSslFilesTest {

    private static final String PASSWORD = "pass word#1";

    private static final CredentialTarget TARGET = CredentialTarget.hub("hub", DeviceIdentity.ofDevice("press-7"));

    @TempDir
    private static Path files;

    @BeforeAll
    static void makeFiles() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")) || Files.isExecutable(Path.of("/opt/homebrew/bin/openssl")));
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.pkcs8.key");
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "ec.pkcs8.key");
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "ec-parameters.sec1.key");
        openssl("rsa", "-in", "rsa.pkcs8.key", "-traditional", "-out", "rsa.pkcs1.key");
        openssl("rsa", "-in", "rsa.pkcs8.key", "-traditional", "-aes128", "-passout", "pass:" + PASSWORD, "-out", "rsa-encrypted.pkcs1.key");
        openssl("rsa", "-in", "rsa.pkcs8.key", "-traditional", "-des3", "-passout", "pass:" + PASSWORD, "-out", "rsa-des3.pkcs1.key");
        openssl("ec", "-in", "ec.pkcs8.key", "-out", "ec.sec1.key");
        openssl("ec", "-in", "ec.pkcs8.key", "-no_public", "-out", "ec-private-only.sec1.key");
        openssl("ec", "-in", "ec.pkcs8.key", "-aes256", "-passout", "pass:" + PASSWORD, "-out", "ec-encrypted.sec1.key");
        openssl("pkcs8", "-topk8", "-in", "rsa.pkcs8.key", "-v2", "aes-256-cbc", "-passout", "pass:" + PASSWORD, "-out", "rsa-encrypted.pkcs8.key");
        openssl("pkcs8", "-topk8", "-in", "ec.pkcs8.key", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512", "-passout", "pass:" + PASSWORD, "-out", "ec-encrypted.pkcs8.key");
        openssl("pkcs8", "-topk8", "-in", "ec.pkcs8.key", "-scrypt", "-passout", "pass:" + PASSWORD, "-out", "ec-scrypt.pkcs8.key");
        for (final String key : List.of("rsa.pkcs8", "ec.pkcs8", "ec-parameters.sec1")) {
            openssl("req", "-x509", "-new", "-key", key + ".key", "-subj", "/CN=press-7", "-days", "30", "-out", key.substring(0, key.indexOf('.')) + ".pem");
        }

        openssl("pkcs12", "-export", "-inkey", "rsa.pkcs8.key", "-in", "rsa.pem", "-passout", "pass:" + PASSWORD, "-out", "rsa.p12");
        openssl("pkey", "-in", "rsa.pkcs8.key", "-outform", "der", "-out", "rsa.der");
        openssl("pkcs12", "-in", "rsa.p12", "-nodes", "-passin", "pass:" + PASSWORD, "-out", "rsa-all.pem");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.pem, rsa.pkcs8.key", "rsa.pem, rsa.pkcs1.key", "ec.pem, ec.pkcs8.key", "ec.pem, ec.sec1.key", "ec.pem, ec-private-only.sec1.key", "ec-parameters.pem, ec-parameters.sec1.key",
        "rsa-all.pem, rsa-all.pem", "rsa.pem, rsa-encrypted.pkcs1.key", "rsa.pem, rsa-des3.pkcs1.key", "rsa.pem, rsa-encrypted.pkcs8.key",
        "ec.pem, ec-encrypted.sec1.key", "ec.pem, ec-encrypted.pkcs8.key", "ec.pem, ec-scrypt.pkcs8.key"
    })
    void testRead(final String certificate, final String key) {
        assertTrue(source(certificate, key, PASSWORD).getCredentials(TARGET).getFirst().findKeyManager().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa.pkcs8.key", "rsa.pkcs1.key"})
    void testPlainKeyNeedsNoPassword(final String key) {
        assertTrue(source("rsa.pem", key, null).getCredentials(TARGET).getFirst().findKeyManager().isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-encrypted.pkcs1.key", "rsa-encrypted.pkcs8.key", "ec-encrypted.sec1.key", "ec-scrypt.pkcs8.key"})
    void testEncryptedKeyWithoutPassword(final String key) {
        assertRefused("The file that Private Key names is encrypted: set Private Key Password", "rsa.pem", key, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa-encrypted.pkcs1.key", "rsa-des3.pkcs1.key", "rsa-encrypted.pkcs8.key", "ec-encrypted.sec1.key", "ec-encrypted.pkcs8.key", "ec-scrypt.pkcs8.key"})
    void testWrongPassword(final String key) {
        assertRefused("The file that Private Key names cannot be decrypted: Private Key Password is not its password", "rsa.pem", key, "wrong");
    }

    @Test
    void testKeyAndCertificateExchanged() {
        assertRefused("The file that Private Key names holds no private key but a certificate", "rsa.pkcs8.key", "rsa.pem", null);
        assertRefused("Certificate file [%s] holds no certificate but a private key".formatted(files.resolve("rsa.pkcs8.key")), "rsa.pkcs8.key", "rsa.pkcs8.key", null);
    }

    @Test
    void testKeyOfAnotherCertificate() {
        assertRefused("Certificate file [%s]: the private key does not belong to certificate [CN=press-7]; give the two that were made together"
                .formatted(files.resolve("rsa.pem")), "rsa.pem", "ec.pkcs8.key", null);
    }

    @Test
    void testBinaryFile() {
        assertRefused(("Certificate file [%s] is binary (PKCS#12), and PEM is wanted: openssl pkcs12 -in device.pfx -nodes -out device.pem makes one file for both")
                .formatted(files.resolve("rsa.p12")), "rsa.p12", "rsa.pkcs8.key", null);
        assertRefused("The file that Private Key names is binary (DER), and PEM is wanted: openssl x509 -inform der -in device.cer -out device.pem, or openssl pkey "
                + "-inform der for a key", "rsa.pem", "rsa.der", null);
    }

    @Test
    void testDamagedFiles() throws IOException {
        Files.writeString(files.resolve("damaged.key"), Files.readString(files.resolve("rsa.pkcs8.key")).replaceFirst("\n.{20}", "\n!"));
        Files.writeString(files.resolve("damaged.pem"), Files.readString(files.resolve("rsa.pem")).replaceFirst("\n.{20}", "\n!"));
        assertRefused("The file that Private Key names is damaged: block 1 (private key) is not base64: it has U+0021 EXCLAMATION MARK at position 1",
                "rsa.pem", "damaged.key", null);
        assertRefused("Certificate file [%s] is damaged: block 1 (certificate) is not base64: it has U+0021 EXCLAMATION MARK at position 1"
                .formatted(files.resolve("damaged.pem")), "damaged.pem", "rsa.pkcs8.key", null);
    }

    @Test
    void testMissingFile() {
        assertRefused("Certificate file [%s] does not exist on this node".formatted(files.resolve("none.pem")), "none.pem", "rsa.pkcs8.key", null);
    }

    private static CertificateSource source(final String certificate, final String key, final String password) {
        return new CertificateSource(new PemCertificateLoader(owner -> files.resolve(certificate).toString(), owner -> files.resolve(key).toString(),
                password, false), Clock.systemUTC());
    }

    private static void assertRefused(final String text, final String certificate, final String key, final String password) {
        final IoTHubException e = assertThrows(IoTHubException.class, () -> source(certificate, key, password).getCredentials(TARGET));
        assertEquals(text, e.getMessage());
        assertEquals(FailureCategory.INVALID_CONFIGURATION, e.getCategory());
        assertFalse(text.contains(PASSWORD));
    }

    private static void openssl(final String... arguments) throws IOException, InterruptedException {
        final ProcessBuilder builder = new ProcessBuilder("openssl").directory(files.toFile()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        final Process process = builder.start();
        final String output = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), output);
    }
}
