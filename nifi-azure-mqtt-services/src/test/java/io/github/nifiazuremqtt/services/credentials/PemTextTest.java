/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.credentials.TestCertificates.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PEM as people have it, in properties and in files. */
class PemTextTest {

    private static Issued issuer;

    private static Issued device;

    private static String chain;

    @TempDir
    private Path files;

    @BeforeAll
    static void issue() throws Exception {
        issuer = TestCertificates.selfSigned("Plant Root");
        device = TestCertificates.issuedBy(issuer, "press-7");
        chain = TestCertificates.pem(device.certificate(), issuer.certificate());
    }

    static Stream<Arguments> readableForms() {
        return Stream.of(
                form("as it is", pem -> pem),
                form("END and BEGIN on one line", pem -> pem.replace("-----\n-----BEGIN", "----------BEGIN")),
                form("one line with blanks", pem -> pem.replace('\n', ' ')),
                form("one line", pem -> pem.replace("\n", "")),
                form("\\n", pem -> pem.replace("\n", "\\n")),
                form("\\r\\n", pem -> pem.replace("\n", "\\r\\n")),
                form("CR LF", pem -> pem.replace("\n", "\r\n")),
                form("CR", pem -> pem.replace("\n", "\r")),
                form("indents", pem -> pem.indent(8)),
                form("tabs", pem -> pem.replace("\n", "\n\t")),
                form("byte order mark", pem -> "\uFEFF" + pem),
                form("invisible characters", pem -> pem.replace("\n", "\u200B\n\u00A0")),
                form("quotation marks", pem -> "\"" + pem.strip() + "\""),
                form("quoted, with \\n", pem -> "\"" + pem.replace("\n", "\\n") + "\""),
                form("line of an environment file", pem -> "export DEVICE_PEM='" + pem + "'"),
                form("JSON", pem -> "{\"pem\": \"" + pem.replace("\n", "\\n").replace("/", "\\/") + "\"}"),
                form("bag attributes", pem -> pem.replace("-----BEGIN", "Bag Attributes\n    localKeyID: 01 02 03\nsubject=CN = press-7\n-----BEGIN")),
                form("comment behind it", pem -> pem + "\n# made by the plant\n"));
    }

    private static Arguments form(final String name, final UnaryOperator<String> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("readableForms")
    void testRead(final String name, final UnaryOperator<String> change) throws IOException {
        assertEquals(List.of(device.certificate(), issuer.certificate()), readCertificates(change.apply(chain)));
        assertEquals(device.keyPair().getPrivate(), readKey(change.apply(device.keyPem())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM"})
    void testFile(final String charset) throws IOException {
        final Path file = files.resolve("chain.pem");
        Files.write(file, chain.getBytes(Charset.forName(charset)));
        assertEquals(2, readCertificates(file.toString()).size());
        Files.write(file, (device.keyPem() + chain).getBytes(Charset.forName(charset)));
        assertEquals(2, readCertificates(" " + file + "\n").size());
        assertEquals(device.keyPair().getPrivate(), readKey(file.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chain-joined-lines.pem", "chain-utf8-bom.pem", "leaf-only.pem"})
    void testFilesOfUsers(final String name) throws IOException {
        final byte[] content;
        try (InputStream resource = PemTextTest.class.getResourceAsStream("/credentials/" + name)) {
            content = resource.readAllBytes();
        }

        final Path file = Files.write(files.resolve(name), content);
        final List<X509Certificate> fromFile = readCertificates(file.toString());
        assertEquals("CN=press-4, O=Acme", fromFile.getFirst().getSubjectX500Principal().toString());
        assertEquals(name.startsWith("leaf") ? 1 : 2, fromFile.size());
        assertEquals(fromFile, readCertificates(new String(content, StandardCharsets.UTF_8)));
    }

    static Stream<Arguments> unreadableForms() {
        return Stream.of(
                refused("is damaged: block 2 (certificate) says that it has", pem -> cutLines(pem, 2)),
                refused("is damaged: block 2 (certificate) is not base64: it has U+20AC EURO SIGN at position 1",
                        pem -> pem.substring(0, pem.lastIndexOf("BEGIN CERTIFICATE-----") + 22) + "\u20AC" + pem.substring(pem.lastIndexOf("BEGIN CERTIFICATE-----") + 22)),
                refused("block 2 (certificate) has no END line", pem -> pem.substring(0, pem.lastIndexOf("-----END"))),
                refused("block 1 (certificate) has no END line", pem -> pem.replaceFirst("-----END CERTIFICATE-----", "")),
                refused("an END line (certificate) has no BEGIN line", pem -> pem.substring(20)),
                refused("an END line (certificate) has no BEGIN line", pem -> pem.replaceFirst("-----END CERTIFICATE-----\n-----BEGIN", "-----END CERTIFICATE-----\n----BEGIN")),
                refused("has 11 characters behind its last END line", pem -> pem + "and the rest."),
                refused("lines in front of block 1 that belong to no block", pem -> pem.lines().skip(1).limit(3).reduce("", (all, line) -> all + line + "\n") + pem),
                refused("holds a certificate request, which is no certificate", pem -> pem.replace("CERTIFICATE-----", "CERTIFICATE REQUEST-----")),
                refused("holds a pkcs7, which is no certificate", pem -> pem + pem.replace("CERTIFICATE-----", "PKCS7-----")),
                refused("begins with a quotation mark that has no partner", pem -> "\"" + pem),
                refused("looks like base64 without its BEGIN line) is neither PEM text nor the path of a file", pem -> pem.lines().filter(line -> !line.contains("-----"))
                        .limit(5).reduce("", (all, line) -> all + line + "\n")));
    }

    private static String cutLines(final String pem, final int count) {
        final List<String> lines = pem.lines().toList();
        return String.join("\n", lines.subList(0, lines.size() - 1 - count)) + "\n-----END CERTIFICATE-----\n";
    }

    private static Arguments refused(final String reason, final UnaryOperator<String> change) {
        return Arguments.of(reason, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unreadableForms")
    void testRefused(final String reason, final UnaryOperator<String> change) {
        final String given = change.apply(chain);
        final String message = assertThrows(IoTHubException.class, () -> readCertificates(given)).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("MII"), message);
    }

    @Test
    void testPrivateKeyIsRefused() throws IOException {
        final String key = device.keyPem();
        assertKeyRefused("Private Key text holds 2 private keys: leave only that of the device", key + issuer.keyPem());
        assertKeyRefused("Private Key text holds no private key but a certificate", chain);
        assertKeyRefused("Private Key is empty", "  ");
        assertKeyRefused("Private Key (11 characters) is neither PEM text nor the path of a file that exists on this node: paste the text whole, from its BEGIN line to "
                + "its END line, or name the file", "no/such.key");
        final String body = key.replaceAll("-----[^-]+-----", "").strip();
        assertKeyRefused("Private Key (%,d characters, looks like base64 without its BEGIN line) is neither PEM text nor the path of a file that exists on this node: "
                .formatted(body.length()) + "paste the text whole, from its BEGIN line to its END line, or name the file", body);
    }

    @Test
    void testKeyInCertificateTextIsRefusedAndInItsFileNot() throws IOException {
        final String both = chain + device.keyPem();
        assertTrue(assertThrows(IoTHubException.class, () -> PemCertificateLoader.requireCertificate(both)).getMessage().startsWith(
                "Certificate text (%,d characters) holds a private key, and NiFi shows and keeps Certificate as it is".formatted(both.length())));
        final Path file = Files.writeString(files.resolve("both.pem"), both);
        PemCertificateLoader.requireCertificate(file.toString());
        final PemCertificateLoader loader = new PemCertificateLoader(owner -> file.toString(), owner -> file.toString(), null, false);
        assertEquals(2, loader.load(null).chain().size());
        final PemCertificateLoader text = new PemCertificateLoader(owner -> both, owner -> both, null, false);
        assertTrue(assertThrows(IoTHubException.class, () -> text.load(null)).getMessage().contains("holds a private key"));
    }

    private void assertKeyRefused(final String text, final String value) {
        assertEquals(text, assertThrows(IoTHubException.class, () -> readKey(value)).getMessage());
        assertEquals(text, assertThrows(IoTHubException.class, () -> PemCertificateLoader.requirePrivateKey(value)).getMessage());
    }

    private static List<X509Certificate> readCertificates(final String value) {
        return PemObjects.readCertificates(PemResource.read(PemProperty.CERTIFICATE, value));
    }

    private static Object readKey(final String value) {
        return PemObjects.readPrivateKey(PemResource.read(PemProperty.PRIVATE_KEY, value), null);
    }
}
