/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.KeyAlgorithm;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.DeviceRegistry;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 9, 19 and 20 of the table of refusals, and what is not refused. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class X509ConnectTest {

    private static final CertifiedKey NONE = null;

    private final CertificateAuthority root = CertificateAuthority.root("Plant Root");
    private IoTHubEmulator emulator;
    private int attempts;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        emulator = IoTHubEmulator.builder().device("keys").start();
        emulator.hub().authorities().addVerified("plant", root.certificate());
        register("press-4", Authentication.certificateAuthority());
    }

    @AfterEach
    void stop() {
        emulator.close();
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void testAuthority(final KeyAlgorithm algorithm) throws Exception {
        assertAccepted("press-4", root.issue(CertificateProfile.client("press-4").withAlgorithm(algorithm)));
    }

    @Test
    void testIntermediateAuthority() throws Exception {
        final CertifiedKey device = root.intermediate("Line 1").issue(CertificateProfile.client("press-4"));

        assertAccepted("press-4", device);
        assertRefused(20, "press-4", new CertifiedKey(device.privateKey(), device.chain().subList(0, 1)));
    }

    @Test
    void testModule() throws Exception {
        emulator.hub().registry().put(IdentityKey.module("press-4", "camera"), true, Authentication.certificateAuthority());

        assertAccepted("press-4/camera", root.issue(CertificateProfile.client("press-4/camera")));
        assertRefused(20, "press-4/camera", root.issue(CertificateProfile.client("press-4")));
    }

    @Test
    void testThumbprints() throws Exception {
        final CertifiedKey first = CertifiedKey.selfSigned(CertificateProfile.client("anything"));
        final CertifiedKey second = CertifiedKey.selfSigned(CertificateProfile.client("press-5"));
        final String colons = Thumbprint.sha256(second.certificate()).hex().toLowerCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
        register("press-5", Authentication.thumbprints(Thumbprint.sha1(first.certificate()).hex(), colons));

        assertAccepted("press-5", first);
        assertAccepted("press-5", second);
        assertRefused(20, "press-5", CertifiedKey.selfSigned(CertificateProfile.client("press-5")));
        assertRefused(20, "press-5", root.issue(CertificateProfile.client("press-5")));
    }

    @Test
    void testProofOfPossession() throws Exception {
        final CertificateAuthority other = CertificateAuthority.root("Other Root");
        final CertifiedKey device = other.issue(CertificateProfile.client("press-4"));
        assertRefused(20, "press-4", device);

        emulator.hub().authorities().add("other", other.certificate());
        assertRefused(20, "press-4", device);

        final String code = emulator.hub().authorities().generateVerificationCode("other").verificationCode();
        emulator.hub().authorities().verify("other", other.issue(CertificateProfile.client(code)).certificate());
        assertAccepted("press-4", device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"press-5", "Press-4", "press-4 ", "press-4/camera"})
    void testWrongCommonName(final String commonName) throws Exception {
        assertRefused(20, "press-4", root.issue(CertificateProfile.client(commonName)));
    }

    @Test
    void testExpired() throws Exception {
        final CertifiedKey lone = CertifiedKey.selfSigned(CertificateProfile.client("press-5").withValidity(Validity.expired()));
        register("press-5", Authentication.thumbprints(Thumbprint.sha256(lone.certificate()).hex(), ""));

        assertRefused(20, "press-4", root.issue(CertificateProfile.client("press-4").withValidity(Validity.expired())));
        assertRefused(20, "press-5", lone);
    }

    @Test
    void testWrongKindOfProof() throws Exception {
        assertRefused(19, "keys", root.issue(CertificateProfile.client("keys")));
        assertRefused(9, "press-4", NONE);

        final String keyToken = SasToken.sign("localhost/devices/press-4", Authentication.newKey(),
                emulator.clock().instant().plus(Duration.ofHours(1)), "").text();
        assertEquals(5, connect("press-4", NONE, keyToken));
        assertEquals(19, lastRow());
    }

    @Test
    void testTokenGoesBeforeCertificate() throws Exception {
        assertEquals(0, connect("keys", root.issue(CertificateProfile.client("keys")), emulator.token("keys", Duration.ofHours(1))));
    }

    @Test
    void testSasDisabled() throws Exception {
        emulator.hub().turnOn(HubSwitch.SAS_DISABLED);

        assertEquals(5, connect("keys", NONE, emulator.token("keys", Duration.ofHours(1))));
        assertEquals(19, lastRow());
        assertAccepted("press-4", root.issue(CertificateProfile.client("press-4")));
    }

    @Test
    void testDisabledDevice() throws Exception {
        final CertifiedKey device = root.issue(CertificateProfile.client("press-4"));
        emulator.hub().registry().setEnabled(IdentityKey.device("press-4"), false);

        assertRefused(18, "press-4", device);
    }

    @Test
    void testWebSocket() throws Exception {
        assertEquals(0, connectOverWebSocket("press-4", root.issue(CertificateProfile.client("press-4"))));
        assertEquals(5, connectOverWebSocket("press-4", root.issue(CertificateProfile.client("press-5"))));
        assertEquals(20, lastRow());
    }

    @Test
    void testMosquitto() throws Exception {
        final CertifiedKey device = root.intermediate("Line 1").issue(CertificateProfile.client("press-4"));
        final Path chain = Files.writeString(directory.resolve("chain.pem"), Pem.certificates(device.chain()));
        final Path key = Files.writeString(directory.resolve("key.pem"), Pem.privateKey(device.privateKey(), new char[0]));
        final Path trust = emulator.authority().writePem(directory.resolve("trust.pem"));

        final Process process = new ProcessBuilder("mosquitto_pub", "-h", "localhost", "-p", Integer.toString(emulator.mqttPort()), "-V", "mqttv311",
                "--cafile", trust.toString(), "--cert", chain.toString(), "--key", key.toString(), "-q", "1", "-i", "press-4",
                "-u", "localhost/press-4/?api-version=2021-04-12", "-t", "devices/press-4/messages/events/", "-m", "4.2")
                .redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), output);
        assertTrue(emulator.telemetry().await(1, Duration.ofSeconds(5)));
        final TelemetryMessage message = emulator.telemetry().messages().getFirst();
        assertEquals("4.2", new String(message.body(), StandardCharsets.UTF_8));
        assertTrue(message.systemProperties().get("iothub-connection-auth-method").contains("x509"));
    }

    private void register(final String deviceId, final Authentication authentication) {
        final DeviceRegistry registry = emulator.hub().registry();
        registry.put(IdentityKey.device(deviceId), true, authentication);
    }

    private void assertAccepted(final String clientId, final CertifiedKey key) throws Exception {
        assertEquals(0, connect(clientId, key, null), () -> emulator.connections().ends().toString());
    }

    private void assertRefused(final int row, final String clientId, final CertifiedKey key) throws Exception {
        assertEquals(5, connect(clientId, key, null));
        assertEquals(row, lastRow());
    }

    private int connect(final String clientId, final CertifiedKey key, final String password) throws Exception {
        try (RawMqttClient client = ClientTls.open(emulator.trustAnchor(), key, emulator.mqttPort())) {
            final int code = client.connectWith(packet(clientId, password));
            if (code == 0) {
                client.disconnect();
            } else {
                assertTrue(client.isClosedSilently());
            }
            awaitEnd();
            return code;
        }
    }

    private int connectOverWebSocket(final String clientId, final CertifiedKey key) throws Exception {
        final CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        try (HttpClient client = HttpClient.newBuilder().sslContext(ClientTls.context(emulator.trustAnchor(), key)).build()) {
            final WebSocket socket = client.newWebSocketBuilder().subprotocols("mqtt")
                    .buildAsync(URI.create("wss://localhost:%d/$iothub/websocket".formatted(emulator.webSocketPort())), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onBinary(final WebSocket webSocket, final ByteBuffer data, final boolean last) {
                            answer.complete(data);
                            return null;
                        }
                    }).get(10, TimeUnit.SECONDS);
            final byte[] body = packet(clientId, null).body();
            socket.sendBinary(ByteBuffer.allocate(body.length + 2).put((byte) 0x10).put((byte) body.length).put(body).flip(), true).get(10, TimeUnit.SECONDS);
            final int code = answer.get(10, TimeUnit.SECONDS).get(3);
            socket.abort();
            awaitEnd();
            return code;
        }
    }

    private RawMqttClient.Connect packet(final String clientId, final String password) {
        return new RawMqttClient.Connect(clientId, "localhost/" + clientId + "/?api-version=2021-04-12", password, 4, 0, 60, null);
    }

    /** A client sees the end of a connection before the emulator has written it down. */
    private void awaitEnd() {
        attempts++;
        Conditions.await(() -> emulator.connections().ends().size() >= attempts);
    }

    private int lastRow() {
        return emulator.connections().ends().getLast().refusal().row();
    }
}
