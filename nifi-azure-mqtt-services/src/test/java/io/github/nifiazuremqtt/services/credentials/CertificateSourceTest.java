/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.credentials.Finding.Verdict;
import io.github.nifiazuremqtt.services.credentials.TestCertificates.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CertificateSourceTest {

    private static final CredentialTarget DEVICE = CredentialTarget.hub("hub", DeviceIdentity.ofDevice("press-7"));

    private static Issued root;

    private static Issued intermediate;

    private static Issued device;

    @TempDir
    private Path files;

    @BeforeAll
    static void issue() throws Exception {
        root = TestCertificates.selfSigned("Plant Root");
        intermediate = TestCertificates.issuedBy(root, "Plant Line 1");
        device = TestCertificates.issuedBy(intermediate, "press-7");
    }

    @Test
    void testChain() throws Exception {
        final CertificateSource source = textSource(TestCertificates.pem(device.certificate(), intermediate.certificate(), root.certificate()), device.keyPem());
        final DeviceCredential credential = source.getCredentials(DEVICE).getFirst();
        assertEquals(Optional.empty(), credential.createAccessToken());
        assertTrue(credential.getLabel().startsWith("certificate [CN=press-7] good until "));
        assertTrue(credential.findRefusalHint().orElseThrow().startsWith("The common name is [press-7]: the CA [CN=Plant Line 1] or one above it must be registered"));
        assertEquals(3, credential.findKeyManager().orElseThrow().getCertificateChain("device").length);
        assertEquals(1, source.getCredentials(CredentialTarget.registration("0ne1", "PRESS-7")).size());

        final List<Finding> findings = source.examine(DeviceIdentity.ofDevice("press-7"));
        assertEquals(List.of("Read Certificate", "Check Certificate", "Compare Common Name"), findings.stream().map(Finding::step).toList());
        assertTrue(findings.stream().allMatch(finding -> finding.verdict() == Verdict.GOOD));
        assertTrue(findings.getFirst().text().startsWith("Certificate text: [CN=press-7] issued by [CN=Plant Line 1], 3 in the chain, good until "));
        assertFalse(findings.toString().contains("PRIVATE KEY"));
        assertEquals(2, source.examine(null).size());
    }

    @Test
    void testSelfSigned() throws Exception {
        final Issued selfSigned = TestCertificates.selfSigned("anything");
        final String hint = textSource(TestCertificates.pem(selfSigned.certificate()), selfSigned.keyPem()).getCredentials(DEVICE).getFirst().findRefusalHint().orElseThrow();
        assertTrue(hint.matches("The certificate is self-signed, so \\[press-7] must be registered with its thumbprint [0-9A-F]{64}"), hint);
    }

    @Test
    void testOtherCommonName() throws Exception {
        final CertificateSource source = textSource(TestCertificates.pem(device.certificate(), intermediate.certificate()), device.keyPem());
        final CredentialTarget other = CredentialTarget.hub("hub", DeviceIdentity.ofDevice("press-8"));
        assertTrue(source.getCredentials(other).getFirst().findRefusalHint().orElseThrow()
                .startsWith("The common name is [press-7] and not [press-8], so it is taken only if [press-8] is registered with the thumbprint"));
        assertTrue(source.examine(DeviceIdentity.ofDevice("press-8")).getLast().text().startsWith("The common name is [press-7] and not [press-8]"));
        assertRefused(source, CredentialTarget.registration("0ne1", "press-8"), "Certificate text: the common name is [press-7] and the Device Provisioning Service "
                + "wants the registration id [press-8]; make a certificate with it, or register with the common name as id");
    }

    @Test
    void testModule() throws Exception {
        final Issued module = TestCertificates.issuedBy(root, "press-7/opc");
        final CertificateSource source = textSource(TestCertificates.pem(module.certificate()), module.keyPem());
        assertTrue(source.getCredentials(CredentialTarget.hub("hub", DeviceIdentity.of("press-7", "opc"))).getFirst().findRefusalHint().orElseThrow()
                .startsWith("The common name is [press-7/opc]: the CA"));
        assertTrue(source.getCredentials(DEVICE).getFirst().findRefusalHint().orElseThrow().startsWith("The common name is [press-7/opc] and not [press-7]"));
    }

    @Test
    void testOrder() throws Exception {
        assertRefused(textSource(TestCertificates.pem(intermediate.certificate(), device.certificate()), device.keyPem()), DEVICE,
                "Certificate text: the private key belongs to certificate 2 of 2 [CN=press-7]; put the device's certificate first, then the one that issued it");
        assertRefused(textSource(TestCertificates.pem(device.certificate(), root.certificate(), intermediate.certificate()), device.keyPem()), DEVICE,
                "Certificate text: certificate 2 [CN=Plant Root] did not issue certificate 1 [CN=press-7]; put the device's certificate first, then the one that issued "
                        + "it, up to but not necessarily with the root");
        final Issued impostor = TestCertificates.selfSigned("Plant Line 1");
        assertRefused(textSource(TestCertificates.pem(device.certificate(), impostor.certificate()), device.keyPem()), DEVICE,
                "Certificate text: certificate 2 [CN=Plant Line 1] did not issue certificate 1 [CN=press-7]; put the device's certificate first, then the one that issued "
                        + "it, up to but not necessarily with the root");
    }

    @Test
    void testDates() throws Exception {
        final Instant now = Instant.parse("2026-06-01T00:00:00Z");
        final Issued ended = TestCertificates.issue("press-7", null, now.minus(Duration.ofDays(9)), now);
        assertRefused(textSource(TestCertificates.pem(ended.certificate()), ended.keyPem(), now), DEVICE,
                "Certificate text: certificate [CN=press-7] ended at 2026-06-01T00:00:00Z; renew it");
        final Issued early = TestCertificates.issue("press-7", null, now.plusSeconds(60), now.plus(Duration.ofDays(9)));
        assertRefused(textSource(TestCertificates.pem(early.certificate()), early.keyPem(), now), DEVICE, "Certificate text: certificate [CN=press-7] is good from "
                + "2026-06-01T00:01:00Z on and the clock of this node shows 2026-06-01T00:00:00Z; set the clock, or wait");
        assertEquals(Verdict.FAILED, textSource(TestCertificates.pem(ended.certificate()), ended.keyPem(), now).examine(null).getLast().verdict());
    }

    @Test
    void testRenewedFileIsTakenAtTheNextConnection() throws Exception {
        write("press-7", device);
        final CertificateSource source = fileSource();
        final X509Certificate first = certificateOf(source);
        final Issued renewed = TestCertificates.issuedBy(root, "press-7");
        write("press-7", renewed);
        assertEquals(device.certificate(), first);
        assertEquals(renewed.certificate(), certificateOf(source));
    }

    @Test
    void testFilePerDevice() throws Exception {
        final Issued other = TestCertificates.selfSigned("press-8");
        write("press-7", device);
        write("press-8", other);
        final CertificateSource source = fileSource();
        assertEquals(device.certificate(), certificateOf(source));
        assertEquals(1, source.getCredentials(CredentialTarget.hub("hub", DeviceIdentity.ofDevice("press-8"))).size());
        assertEquals(1, source.getCredentials(CredentialTarget.registration("0ne1", "press-8")).size());
        assertRefused(source, CredentialTarget.hub("hub", DeviceIdentity.ofDevice("press-9")),
                "Certificate file [%s] does not exist on this node".formatted(files.resolve("press-9.pem")));
        assertEquals(Verdict.SKIPPED, source.examine(null).getFirst().verdict());
        assertEquals(Verdict.GOOD, source.examine(DeviceIdentity.ofDevice("press-8")).getFirst().verdict());
        assertEquals(Verdict.FAILED, source.examine(DeviceIdentity.ofDevice("press-9")).getFirst().verdict());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../press-7", "a/b"})
    void testIdLeadsToNoOtherFile(final String deviceId) {
        final IoTHubException e = assertThrows(IoTHubException.class, () -> fileSource().getCredentials(CredentialTarget.hub("hub", DeviceIdentity.ofDevice(deviceId))));
        assertFalse(e.getMessage().contains("does not exist"));
    }

    @Test
    void testReviewSpeaksOfDevicesThatConnectedAndSeesRenewals() throws Exception {
        final Instant end = Instant.parse("2026-06-08T00:00:00Z");
        final ManualClock clock = new ManualClock(end.minus(Duration.ofDays(8)));
        write("press-7", TestCertificates.issue("press-7", null, end.minus(Duration.ofDays(30)), end));
        final CertificateSource source = new CertificateSource(loader(), clock);
        assertEquals(List.of(), source.reviewExpirations());
        source.getCredentials(DEVICE);
        assertEquals(List.of(), source.reviewExpirations());
        clock.now = end.minus(Duration.ofDays(6));
        assertEquals(List.of("The certificate of [press-7] ends at 2026-06-08T00:00:00Z: bring a new one before"), source.reviewExpirations());
        assertEquals(List.of(), source.reviewExpirations());
        write("press-7", TestCertificates.issue("press-7", null, end.minus(Duration.ofDays(7)), end.plus(Duration.ofDays(30))));
        clock.now = end.minusSeconds(1);
        assertEquals(List.of(), source.reviewExpirations());
        clock.now = end.plus(Duration.ofDays(30));
        Files.delete(files.resolve("press-7.pem"));
        assertEquals(List.of("The certificate of [press-7] ended at 2026-07-08T00:00:00Z: connections are refused until there is a new one"), source.reviewExpirations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void testHandshake(final String protocol) throws Exception {
        final CertificateSource source = textSource(TestCertificates.pem(device.certificate(), intermediate.certificate()), device.keyPem());
        assertEquals(List.of(device.certificate(), intermediate.certificate()),
                handshake(protocol, source.getCredentials(DEVICE).getFirst().findKeyManager().orElseThrow()));
    }

    @Test
    void testKeyStoreWithOneKey() throws Exception {
        final CertificateSource source = keyStoreSource(device);
        assertEquals(device.certificate(), certificateOf(source));
        assertTrue(source.examine(null).getFirst().text().startsWith("Key store of the SSL Context Service: [CN=press-7]"));
        assertEquals(List.of(device.certificate()), handshake("TLSv1.3", source.getCredentials(DEVICE).getFirst().findKeyManager().orElseThrow()));
    }

    @Test
    void testKeyStoreWithSeveralKeys() throws Exception {
        final CertificateSource source = keyStoreSource(TestCertificates.selfSigned("press-6"), device, TestCertificates.selfSigned("press-8"));
        assertEquals(device.certificate(), certificateOf(source));
        assertRefused(source, CredentialTarget.hub("hub", DeviceIdentity.ofDevice("press-9")),
                "Key store of the SSL Context Service holds 3 keys and none with the common name [press-9]: keep one key in it, or add that of the device");
    }

    @Test
    void testKeyStoreWithoutKey() throws Exception {
        final String text = "Key store of the SSL Context Service holds no key: give the service a key store with the key and certificate of the device";
        assertRefused(keyStoreSource(), DEVICE, text);
        assertRefused(new CertificateSource(new KeyStoreCertificateLoader(Optional::empty), Clock.systemUTC()), DEVICE, text);
    }

    @Test
    void testKeyStoreThatCannotBeRead() {
        assertRefused(new CertificateSource(new KeyStoreCertificateLoader(() -> {
            throw new IllegalStateException("password");
        }), Clock.systemUTC()), DEVICE, "Key store of the SSL Context Service cannot be read: verify that service");
    }

    private static List<Certificate> handshake(final String protocol, final X509ExtendedKeyManager keyManager) throws Exception {
        final Issued server = TestCertificates.selfSigned("localhost");
        final SSLContext serverContext = context(keyManagerOf(server));
        final SSLContext clientContext = context(keyManager);
        final ExecutorService executor = Executors.newSingleThreadExecutor();
        try (SSLServerSocket listener = (SSLServerSocket) serverContext.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setNeedClientAuth(true);
            listener.setEnabledProtocols(new String[]{protocol});
            final Future<List<Certificate>> presented = executor.submit(() -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                    socket.startHandshake();
                    socket.getOutputStream().write(1);
                    return List.of(socket.getSession().getPeerCertificates());
                }
            });
            try (SSLSocket socket = (SSLSocket) clientContext.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                assertEquals(1, socket.getInputStream().read());
            }

            return presented.get();
        } finally {
            executor.shutdownNow();
        }
    }

    private static SSLContext context(final KeyManager keyManager) throws Exception {
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[]{keyManager}, new TrustManager[]{new TrustAll()}, new SecureRandom());
        return context;
    }

    private static X509ExtendedKeyManager keyManagerOf(final Issued... entries) throws Exception {
        final char[] password = "changeit".toCharArray();
        final KeyStore keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(null, password);
        for (final Issued entry : entries) {
            keyStore.setKeyEntry(entry.certificate().getSubjectX500Principal().getName(), entry.keyPair().getPrivate(), password, new Certificate[]{entry.certificate()});
        }

        final KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keyStore, password);
        return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    }

    private static CertificateSource keyStoreSource(final Issued... entries) throws Exception {
        final X509ExtendedKeyManager keyManager = keyManagerOf(entries);
        return new CertificateSource(new KeyStoreCertificateLoader(() -> Optional.of(keyManager)), Clock.systemUTC());
    }

    private static CertificateSource textSource(final String certificate, final String key) {
        return textSource(certificate, key, Instant.now());
    }

    private static CertificateSource textSource(final String certificate, final String key, final Instant now) {
        return new CertificateSource(new PemCertificateLoader(owner -> certificate, owner -> key, null, false), Clock.fixed(now, ZoneOffset.UTC));
    }

    private CertificateSource fileSource() {
        return new CertificateSource(loader(), Clock.systemUTC());
    }

    private PemCertificateLoader loader() {
        return new PemCertificateLoader(owner -> files.resolve(owner.identity().deviceId() + ".pem").toString(),
                owner -> files.resolve(owner.identity().deviceId() + ".key").toString(), null, true);
    }

    private void write(final String name, final Issued issued) throws IOException {
        Files.writeString(files.resolve(name + ".pem"), TestCertificates.pem(issued.certificate()));
        Files.writeString(files.resolve(name + ".key"), issued.keyPem());
    }

    private static X509Certificate certificateOf(final CertificateSource source) {
        return source.getCredentials(DEVICE).getFirst().findKeyManager().orElseThrow().getCertificateChain("device")[0];
    }

    private static void assertRefused(final CertificateSource source, final CredentialTarget target, final String text) {
        final IoTHubException e = assertThrows(IoTHubException.class, () -> source.getCredentials(target));
        assertEquals(text, e.getMessage());
        assertEquals(FailureCategory.INVALID_CONFIGURATION, e.getCategory());
    }

    private static final class ManualClock extends Clock {

        private Instant now;

        private ManualClock(final Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(final ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class TrustAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final Socket socket) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final Socket socket) {
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
