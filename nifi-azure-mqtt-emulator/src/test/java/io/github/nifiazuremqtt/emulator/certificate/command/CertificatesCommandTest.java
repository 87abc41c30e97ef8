/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Every file is judged by openssl, which nobody here wrote. */
@Timeout(120)
class CertificatesCommandTest {

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void setDirectory() {
        directory = temporary.resolve("certificates");
    }

    @ParameterizedTest
    @CsvSource({"EC_P256, prime256v1", "RSA_2048, 2048 bit", "RSA_3072, 3072 bit"})
    void testChainAndKeys(final String algorithm, final String shown) throws Exception {
        run("root", "--name", "Contoso Root", "--algorithm", algorithm);
        run("intermediate", "--algorithm", algorithm);
        run("device", "sensor-17", "--algorithm", algorithm);
        run("module", "sensor-17", "mod-a", "--algorithm", algorithm);
        run("verification", "A901A843EFF75419");

        verify("root", "root/certificate.pem");
        verify("root", "intermediate/certificate.pem");
        verifyClient("devices/sensor-17");
        verifyClient("devices/sensor-17/modules/mod-a");
        verify("root", "verification/certificate.pem");

        assertEquals("subject=CN = Contoso Root", subject("root/certificate.pem"));
        assertEquals("subject=CN = sensor-17", subject("devices/sensor-17/chain.pem"));
        assertEquals("subject=CN = sensor-17/mod-a", subject("devices/sensor-17/modules/mod-a/certificate.pem"));
        assertEquals("subject=CN = A901A843EFF75419", subject("verification/certificate.pem"));
        assertTrue(openssl("pkey", "-noout", "-text", "-in", path("devices/sensor-17/private-key.pem")).contains(shown));
        assertEquals(3, Files.readString(directory.resolve("devices/sensor-17/chain.pem")).split("BEGIN CERTIFICATE").length - 1);

        for (final String holder : List.of("root", "intermediate", "devices/sensor-17", "devices/sensor-17/modules/mod-a")) {
            assertEquals(publicKeyOfCertificate(holder + "/certificate.pem"), openssl("pkey", "-pubout", "-in", path(holder + "/private-key.pem")));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(holder + "/private-key.pem"))));
        }
    }

    @Test
    void testThumbprints() throws Exception {
        final String made = run("device", "lone-1", "--self-signed");
        final String printed = run("thumbprint", path("devices/lone-1/certificate.pem"));

        for (final String digest : List.of("-sha1", "-sha256")) {
            final String fingerprint = openssl("x509", "-noout", "-fingerprint", digest, "-in", path("devices/lone-1/certificate.pem"));
            final String hex = fingerprint.substring(fingerprint.indexOf('=') + 1).replace(":", "").strip();
            assertTrue(made.contains(hex), made);
            assertTrue(printed.contains(hex), printed);
        }
        assertTrue(openssl("verify", "-CAfile", path("devices/lone-1/certificate.pem"), path("devices/lone-1/certificate.pem")).endsWith("OK\n"));
        assertEquals(1, Files.readString(directory.resolve("devices/lone-1/chain.pem")).split("BEGIN CERTIFICATE").length - 1);
    }

    @Test
    void testEncryptedKeyAndKeyStore() throws Exception {
        run("root", "--key-password=root secret");
        run("device", "sensor-17", "--issuer-password=root secret", "--key-password=key secret", "--pkcs12-password=store secret");
        final String key = path("devices/sensor-17/private-key.pem");

        assertTrue(Files.readString(Path.of(key)).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        assertEquals(publicKeyOfCertificate("devices/sensor-17/certificate.pem"), openssl("pkey", "-pubout", "-passin", "pass:key secret", "-in", key));
        assertNotEquals(0, process("openssl", "pkey", "-pubout", "-passin", "pass:wrong", "-in", key).code());

        final String store = path("devices/sensor-17/key-store.p12");
        final String content = openssl("pkcs12", "-in", store, "-passin", "pass:store secret", "-nodes");
        assertEquals(2, content.split("BEGIN CERTIFICATE").length - 1);
        final Path extracted = temporary.resolve("extracted.pem");
        Files.writeString(extracted, content);
        assertEquals(publicKeyOfCertificate("devices/sensor-17/certificate.pem"), openssl("pkey", "-pubout", "-in", extracted.toString()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(store))));

        final Outcome refused = execute("device", "sensor-18", "--issuer-password=wrong");
        assertEquals(1, refused.code());
        assertEquals("The private key cannot be decrypted: is the password right?", refused.error());
    }

    @Test
    void testSigningRequest() throws Exception {
        run("root");
        run("request", "sensor-17/mod-a", "--algorithm", "RSA_2048");
        final String request = path("devices/sensor-17/modules/mod-a/request.pem");

        assertTrue(process("openssl", "req", "-verify", "-noout", "-in", request).output().contains("self-signature verify OK"));
        assertEquals("subject=CN = sensor-17/mod-a", openssl("req", "-noout", "-subject", "-in", request).strip());

        run("sign", request);
        verify("root", "devices/sensor-17/modules/mod-a/certificate.pem");
        assertEquals(openssl("req", "-noout", "-pubkey", "-in", request), publicKeyOfCertificate("devices/sensor-17/modules/mod-a/certificate.pem"));
    }

    @Test
    void testSignsRequestOfOthers() throws Exception {
        run("root");
        final String request = temporary.resolve("foreign.pem").toString();
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", temporary.resolve("foreign.key").toString(), "-subj", "/O=Plant/CN=press 4",
                "-out", request);

        run("sign", request, "--days", "7");

        verify("root", "devices/press%204/certificate.pem");
        assertEquals("subject=CN = press 4", subject("devices/press%204/certificate.pem"));
    }

    @Test
    void testForgedRequestRefused() throws Exception {
        run("root");
        run("request", "sensor-17");
        final Path request = Path.of(path("devices/sensor-17/request.pem"));
        final List<String> lines = new ArrayList<>(Files.readAllLines(request));
        final byte[] content = Base64.getMimeDecoder().decode(String.join("", lines.subList(1, lines.size() - 1)));
        content[content.length - 1] ^= 1;
        Files.writeString(request, "-----BEGIN CERTIFICATE REQUEST-----\n" + Base64.getMimeEncoder().encodeToString(content)
                + "\n-----END CERTIFICATE REQUEST-----\n");

        final Outcome refused = execute("sign", request.toString());

        assertEquals(1, refused.code());
        assertTrue(refused.error().contains("signing request"), refused.error());
        assertFalse(Files.exists(directory.resolve("devices/sensor-17/certificate.pem")));
    }

    @Test
    void testNothingOverwritten() throws Exception {
        run("root");
        final String before = Files.readString(directory.resolve("root/private-key.pem"));

        final Outcome refused = execute("root");

        assertEquals(1, refused.code());
        assertTrue(refused.error().contains("--replace"), refused.error());
        assertEquals(before, Files.readString(directory.resolve("root/private-key.pem")));

        run("root", "--replace");
        assertNotEquals(before, Files.readString(directory.resolve("root/private-key.pem")));
    }

    @Test
    void testMissingAuthority() {
        final Outcome refused = execute("device", "sensor-17");

        assertEquals(1, refused.code());
        assertTrue(refused.error().contains("certificates root"), refused.error());
    }

    @Test
    void testEndsWithIssuer() throws Exception {
        run("root", "--days", "2");
        run("device", "sensor-17", "--days", "3000");

        assertEquals(openssl("x509", "-noout", "-enddate", "-in", path("root/certificate.pem")),
                openssl("x509", "-noout", "-enddate", "-in", path("devices/sensor-17/certificate.pem")));
    }

    @Test
    void testNastyIds() throws Exception {
        run("root");
        run("device", "..", "a:b*c?%d(1)=x,y", "a:b*c");

        verify("root", "devices/%2E./certificate.pem");
        verify("root", "devices/a%3Ab%2Ac%3F%25d%281%29=x%2Cy/certificate.pem");
        assertEquals("subject=CN = \"a:b*c?%d(1)=x,y\"", subject("devices/a%3Ab%2Ac%3F%25d%281%29=x%2Cy/certificate.pem"));
    }

    private void verifyClient(final String holder) throws Exception {
        final String output = openssl("verify", "-purpose", "sslclient", "-CAfile", path("root/certificate.pem"),
                "-untrusted", path(holder + "/chain.pem"), path(holder + "/certificate.pem"));
        assertTrue(output.endsWith("OK\n"), output);
    }

    private void verify(final String authority, final String certificate) throws Exception {
        final String output = openssl("verify", "-x509_strict", "-CAfile", path(authority + "/certificate.pem"), path(certificate));
        assertTrue(output.endsWith("OK\n"), output);
    }

    private String subject(final String certificate) throws Exception {
        return openssl("x509", "-noout", "-subject", "-in", path(certificate)).strip();
    }

    private String publicKeyOfCertificate(final String certificate) throws Exception {
        return openssl("x509", "-noout", "-pubkey", "-in", path(certificate));
    }

    private String path(final String name) {
        return directory.resolve(name).toString();
    }

    private String run(final String... arguments) {
        final Outcome outcome = execute(arguments);
        assertEquals(0, outcome.code(), outcome.error());
        return outcome.output();
    }

    private Outcome execute(final String... arguments) {
        final StringWriter output = new StringWriter();
        final StringWriter error = new StringWriter();
        final List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (!"thumbprint".equals(arguments[0])) {
            all.addAll(List.of("--directory", directory.toString()));
        }
        final int code = new CommandLine(new CertificatesCommand())
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(error, true))
                .execute(all.toArray(String[]::new));
        return new Outcome(code, output.toString(), error.toString().strip());
    }

    private static String openssl(final String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        final Outcome outcome = process(command.toArray(String[]::new));
        assertEquals(0, outcome.code(), outcome.output());
        return outcome.output();
    }

    private static Outcome process(final String... command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return new Outcome(process.exitValue(), output, "");
    }

    private record Outcome(int code, String output, String error) {
    }
}
