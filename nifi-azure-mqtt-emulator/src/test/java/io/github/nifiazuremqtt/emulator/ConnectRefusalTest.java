/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.SharedAccessPolicy;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.time.AdjustableClock;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the table of refusals about CONNECT: what a client does, and what it sees. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConnectRefusalTest {

    private static final String HUB_NAME = "contoso-hub.azure-devices.net";
    private static final String K = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER_KEY = "/////////////////////////////////////////////w==";
    private static final Instant NEVER = Instant.parse("2100-01-01T00:00:00Z");

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder()
            .with(builder -> builder.hostName(HUB_NAME)
                    .device("dev-001", Authentication.keys(K, OTHER_KEY))
                    .device("a@b#c$d(1)=x", Authentication.keys(K, K))
                    .device("certified", new Authentication(Authentication.Type.CERTIFICATE_AUTHORITY, "", ""))
                    .setUp(emulator -> emulator.hub().registry().put(IdentityKey.module("dev-001", "mod-a"), true,
                            Authentication.keys(Authentication.newKey(), Authentication.newKey())))
                    .setUp(ConnectRefusalTest::setPolicies))
            .freshPerTest()
            .build();

    private static void setPolicies(final IoTHubEmulator emulator) {
        emulator.hub().policies().forEach(policy -> emulator.hub().putPolicy(new SharedAccessPolicy(policy.name(), policy.permissions(), K, OTHER_KEY)));
    }

    @Test
    void testRow01PlainTcpAndOldTls() throws IOException {
        try (RawMqttClient client = new RawMqttClient(new Socket(InetAddress.getLoopbackAddress(), HUB.emulator().mqttPort()))) {
            client.send(0x10, valid().body());
            assertThrows(IOException.class, client::readConnack);
        }

        assertThrows(IOException.class, () -> RawMqttClient.tlsSocket(HUB.emulator(), HUB.emulator().mqttPort(), "TLSv1.1"));
    }

    @ParameterizedTest
    @CsvSource({"/$iothub/websocket, mqtt, 101", "/$iothub/websocket?iothub-no-client-cert=true, mqtt, 101", "/$iothub/websocket, amqp, 400",
        "/$iothub/websocket, , 400", "/mqtt, mqtt, 404", "/, mqtt, 404"})
    void testRow01WebSocketPathAndSubprotocol(final String path, final String subprotocol, final int status) throws IOException {
        try (SSLSocket socket = RawMqttClient.tlsSocket(HUB.emulator(), HUB.emulator().webSocketPort())) {
            final String protocolHeader = subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: " + HUB_NAME + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + protocolHeader + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            final ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = socket.getInputStream().read();
            while (next != '\r') {
                line.write(next);
                next = socket.getInputStream().read();
            }

            assertTrue(line.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 " + status));
        }
    }

    @Test
    void testRow02FirstPacketIsNotConnect() throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0xC0, new byte[0]);
            assertClosed(client, 2);
        }
    }

    @Test
    void testRow03NoConnectInTime() throws IOException {
        HUB.emulator().timings(EmulatorTimings.real().withConnectWait(Duration.ofSeconds(2)));
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertClosed(client, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 0x84})
    void testRow04ProtocolLevel(final int level) throws IOException {
        assertRefused(1, 4, valid().level(level));
    }

    @ParameterizedTest
    @CsvSource({"/devices/dev-001/api-version=2016-11-14, 0", "/devices/dev-001/?api-version=2021-04-12, 0", "/devices/dev-002/api-version=2016-11-14, 5",
        "/devices/api-version=2016-11-14/dev-001, 5", "/devices/dev-001/messages/api-version=2016-11-14, 5"})
    void testRow14ApiVersionAtTheEndOfTheResource(final String path, final int returnCode) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(returnCode, client.connectWith(valid().password(SasToken.sign(HUB_NAME + path, K, NEVER, "").text())));
        }
    }

    /** Will quality of service or will retain without a will, will quality of service 3, the reserved bit; MQTT 3.1.1 section 3.1.2.3. */
    @ParameterizedTest
    @ValueSource(ints = {0x08, 0x10, 0x18, 0x20, 0x01})
    void testFlagsThatContradictEachOther(final int flags) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, new RawMqttClient.Connect("dev-001", valid().userName(), valid().password(), 4, flags, 60, null).body());
            assertClosed(client, 2);
        }
    }

    @Test
    void testWillWithQosThree() throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, valid().will("devices/dev-001/messages/events/", "w", 3).body());
            assertClosed(client, 2);
        }
    }

    @Test
    void testPasswordWithoutUserName() throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, valid().userName(null).body());
            assertClosed(client, 2);
        }
    }

    @Test
    void testRow05EmptyClientId() throws IOException {
        assertRefused(2, 5, valid().clientId("").cleanSession());
        HUB.emulator().hub().turnOn(HubSwitch.EMPTY_CLIENT_ID_NOT_AUTHORIZED);
        assertRefused(5, 5, valid().clientId("").cleanSession());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev-002", "DEV-001", "dev-001/mod-a"})
    void testRow06ClientIdIsNotTheIdentity(final String clientId) throws IOException {
        assertRefused(5, 6, valid().clientId(clientId));
    }

    @ParameterizedTest
    @ValueSource(strings = {"contoso-hub", "other-hub.azure-devices.net"})
    void testRow07AnotherHub(final String host) throws IOException {
        assertRefused(5, 7, valid().userName(host + "/dev-001/?api-version=2021-04-12"));
    }

    @Test
    void testRow08UserNameMissingOrUnparsable() throws IOException {
        assertRefused(5, 8, valid().userName(null).password(null));
        assertRefused(5, 8, valid().userName("dev-001"));
        assertRefused(5, 8, valid().userName(HUB_NAME + "/dev-001/mod-a/too/?api-version=2021-04-12"));
        assertRefused(5, 8, valid().userName(HUB_NAME + "/dev-001/?api-version=%zz"));
    }

    @Test
    void testRow09NothingToProveWith() throws IOException {
        assertRefused(5, 9, valid().password(null));
        assertRefused(5, 9, valid().password(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "sr=a&sig=b&se=1", "SharedAccessSignature sr=a&sig=b", "SharedAccessSignature sr=a&se=1"})
    void testRow10PasswordIsNoToken(final String password) throws IOException {
        assertRefused(5, 10, valid().password(password));
    }

    @Test
    void testRow11ExpiredToken() throws IOException {
        final String v8 = "SharedAccessSignature sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001"
                + "&sig=rg%2Bbqmen65wTTjTWOAvYxz9eb%2FGuEZZ%2Fz%2BYzdfW3VhY%3D&se=1577836800";
        assertRefused(5, 11, valid().password(v8));
        assertRefused(5, 11, valid().password(token(K, Instant.now().minus(Duration.ofMinutes(6)))));
        assertAccepted(valid().password(token(K, Instant.now().minus(Duration.ofMinutes(4)))));
    }

    @Test
    void testRow12ClockOfTheDeviceAt1970() throws IOException {
        assertRefused(5, 11, valid().password(token(K, Instant.ofEpochSecond(3600))));
    }

    @Test
    void testRow13WrongKeyAndSecondaryKey() throws IOException {
        assertRefused(5, 13, valid().password(token(Authentication.newKey(), NEVER)));
        assertAccepted(valid().password(token(OTHER_KEY, NEVER)));
    }

    @ParameterizedTest
    @ValueSource(strings = {HUB_NAME + "/devices/dev-00", HUB_NAME + "/devices/dev-002", HUB_NAME + "/devices/DEV-001", "other/devices/dev-001"})
    void testRow14TokenForAnother(final String resource) throws IOException {
        assertRefused(5, 14, valid().password(SasToken.sign(resource, K, NEVER, "").text()));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000",
        "sr=contoso-hub.azure-devices.net%2fdevices%2fdev-001&sig=LX92SF3naO41fmWWXzTm9at27IbL9XP71mYkuzNlG9s%3D&se=1893456000",
        "sr=contoso-hub.azure-devices.net/devices/dev-001&sig=z4n4joFzKa2SGFiK6lB9EerzsU3jAlEOYXkb9Z%2B7ZT4%3D&se=1893456000",
        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000&skn=device",
        "sr=contoso-hub.azure-devices.net&sig=v7b%2B6OlOWv2ujvT9V91LYnE4e6ACRwNsAjmbl%2BcJq5w%3D&se=1893456000&skn=iothubowner"})
    void testRow15SpellingsOfTheResource(final String fields) throws IOException {
        assertAccepted(valid().password("SharedAccessSignature " + fields));
    }

    @Test
    void testRow15SpecialCharactersInTheDeviceId() throws IOException {
        assertAccepted(new RawMqttClient.Connect("a@b#c$d(1)=x", HUB_NAME + "/a@b#c$d(1)=x/?api-version=2021-04-12",
                "SharedAccessSignature sr=contoso-hub.azure-devices.net%2Fdevices%2Fa%40b%23c%24d%281%29%3Dx"
                        + "&sig=%2F0wZ9caLMyMmMXlweVnDyCRQTV0x5cqOtudUHo9ao9I%3D&se=1893456000", 4, 0, 60, null));
    }

    @Test
    void testRow16SignatureOverTheDecodedResource() throws Exception {
        final Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(K), "HmacSHA256"));
        final String signature = Base64.getEncoder().encodeToString(
                mac.doFinal((HUB_NAME + "/devices/dev-001\n1893456000").getBytes(StandardCharsets.UTF_8)));
        assertRefused(5, 13, valid().password("SharedAccessSignature sr=" + HUB_NAME + "%2Fdevices%2Fdev-001&sig="
                + signature.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D") + "&se=1893456000"));
    }

    @ParameterizedTest
    @CsvSource({"iothubowner, 0", "device, 0", "service, 5", "registryRead, 5", "nobody, 5"})
    void testRow17Policies(final String policy, final int returnCode) throws IOException {
        for (final String resource : new String[]{HUB_NAME, HUB_NAME + "/devices", HUB_NAME + "/devices/dev-001"}) {
            final RawMqttClient.Connect connect = valid().password(SasToken.sign(resource, K, NEVER, policy).text());
            if (returnCode == 0) {
                assertAccepted(connect);
            } else {
                assertRefused(returnCode, 17, connect);
            }
        }
    }

    @Test
    void testRow18UnknownDisabledDeleted() throws IOException {
        assertRefused(5, 18, valid().clientId("nobody").userName(HUB_NAME + "/nobody/?api-version=2021-04-12")
                .password(SasToken.sign(HUB_NAME + "/devices/nobody", K, NEVER, "").text()));
        HUB.emulator().hub().registry().setEnabled(IdentityKey.device("dev-001"), false);
        assertRefused(5, 18, valid());
        HUB.emulator().hub().registry().setEnabled(IdentityKey.device("dev-001"), true);
        assertAccepted(valid());
        final RawMqttClient.Connect connect = valid();
        HUB.emulator().hub().registry().remove(IdentityKey.device("dev-001"));
        assertRefused(5, 18, connect);
    }

    @Test
    void testRow19WrongKindOfProof() throws IOException {
        assertRefused(5, 19, valid().clientId("certified").userName(HUB_NAME + "/certified/?api-version=2021-04-12")
                .password(SasToken.sign(HUB_NAME + "/devices/certified", K, NEVER, "").text()));
        HUB.emulator().hub().turnOn(HubSwitch.SAS_DISABLED);
        assertRefused(5, 19, valid());
    }

    @Test
    void testRow21ModuleWithTheTokenOfItsDevice() throws IOException {
        final RawMqttClient.Connect module = valid().clientId("dev-001/mod-a").userName(HUB_NAME + "/dev-001/mod-a/?api-version=2021-04-12");
        assertRefused(5, 21, module);
        HUB.emulator().hub().turnOn(HubSwitch.MODULE_TAKES_DEVICE_TOKEN);
        assertAccepted(module);
    }

    @Test
    void testModuleWithItsOwnToken() throws IOException {
        final String key = HUB.emulator().connectionString(HUB.emulator().hub(), IdentityKey.module("dev-001", "mod-a")).sharedAccessKey();
        assertAccepted(valid().clientId("dev-001/mod-a").userName(HUB_NAME + "/dev-001/mod-a/?api-version=2021-04-12")
                .password(SasToken.sign(HUB_NAME + "/devices/dev-001/modules/mod-a", key, NEVER, "").text()));
    }

    @Test
    void testRow22SecondConnect() throws IOException {
        try (RawMqttClient client = connected()) {
            client.send(0x10, valid().body());
            assertClosed(client, 22);
        }
    }

    @Test
    void testRow23NewerConnectionWins() throws IOException {
        try (RawMqttClient older = connected(); RawMqttClient newer = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, newer.connectWith(valid()));
            assertClosed(older, 23);
            newer.publish("devices/dev-001/messages/events/", 1, "still here");
            assertEquals(1, newer.readPuback());
            assertEquals(1, HUB.emulator().connections().evictions("dev-001"));
            assertEquals(1, HUB.emulator().connections().open().size());
        }
    }

    @Test
    void testRow24KeepAlive() throws IOException, InterruptedException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            final long start = System.nanoTime();
            assertEquals(0, client.connectWith(valid().keepAlive(1).will("devices/dev-001/messages/events/w=1", "gone", 1)));
            assertClosed(client, 24);
            assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(1400));
            assertTrue(HUB.emulator().telemetry().await(1, Duration.ofSeconds(5)));
            assertEquals("Will", HUB.emulator().telemetry().messages().getFirst().applicationProperties().get("iothub-MessageType"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5000})
    void testRow24CeilingOfTheKeepAlive(final int keepAlive) throws IOException {
        HUB.emulator().timings(EmulatorTimings.real().withKeepAliveCeiling(Duration.ofMillis(300)));
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(valid().keepAlive(keepAlive)));
            assertClosed(client, 24);
        }
    }

    @Test
    void testRow24PingKeepsAlive() throws IOException {
        HUB.emulator().timings(EmulatorTimings.real().withKeepAliveCeiling(Duration.ofSeconds(1)));
        try (RawMqttClient client = connected()) {
            final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1500);
            while (System.nanoTime() < end) {
                assertEquals(0xD0, client.send(0xC0, new byte[0]).read().header());
            }

            assertFalse(HUB.emulator().connections().open().isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev-001", "/dev-001/", "/dev-001/api-version=2016-11-14", "/dev-001/DeviceClientType=x&api-version=2016-11-14",
        "/dev-001/?DeviceClientType=py-azure%20iot%2F2.0&api-version=2019-10-01", "/dev-001/?api-version=2020-09-30&model-id=dtmi%3Acom%3Aexample%3AT%3B1",
        "/dev-001/?unknown=1"})
    void testRow25UserNamesOfAllKinds(final String rest) throws IOException {
        assertAccepted(valid().userName(HUB_NAME + rest));
        assertAccepted(valid().userName("CONTOSO-hub.azure-devices.net" + rest));
    }

    @Test
    void testRow26TokenExpiresOnLiveConnection() throws IOException {
        final AdjustableClock clock = new AdjustableClock();
        try (IoTHubEmulator emulator = IoTHubEmulator.builder().device("dev-001").clock(clock).start();
                RawMqttClient client = RawMqttClient.open(emulator)) {
            assertEquals(0, client.connectWith(RawMqttClient.connect(emulator, "dev-001")));
            clock.advance(Duration.ofMinutes(69));
            client.publish("devices/dev-001/messages/events/", 1, "in the grace time");
            assertEquals(1, client.readPuback());
            clock.advance(Duration.ofMinutes(2));
            assertTrue(client.isClosedSilently());
            Conditions.await(() -> emulator.connections().ends().stream().anyMatch(end -> end.refusal().row() == 26));
        }
    }

    @Test
    void testDisabledDeviceLosesItsConnection() throws IOException {
        try (RawMqttClient client = connected()) {
            HUB.emulator().hub().registry().setEnabled(IdentityKey.device("dev-001"), false);
            assertClosed(client, 18);
        }
    }

    @ParameterizedTest
    @CsvSource({"devices/dev-002/messages/events/, 1", "foo/bar, 1", "devices/dev-001/messages/events/, 2", "devices/dev-001/messages/events/%zz, 1"})
    void testWillThatIsNoTelemetry(final String topic, final int qos) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            client.send(0x10, valid().will(topic, "w", qos).body());
            assertClosed(client, 0);
        }
    }

    @Test
    void testWillIsSentWithoutDisconnectOnly() throws IOException, InterruptedException {
        final RawMqttClient.Connect connect = valid().will("devices/dev-001/messages/events/", "w", 0);
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(connect));
            client.disconnect();
        }

        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(connect));
        }

        assertTrue(HUB.emulator().telemetry().await(1, Duration.ofSeconds(5)));
        assertAccepted(valid());
        assertEquals(1, HUB.emulator().telemetry().count());
    }

    @Test
    void testSessionPresent() throws IOException {
        assertEquals(0, connackOf(valid()));
        assertEquals(0x100, connackOf(valid()));
        assertEquals(0, connackOf(valid().cleanSession()));
        assertEquals(0, connackOf(valid()));
        assertEquals(0x100, connackOf(valid()));
    }

    private static int connackOf(final RawMqttClient.Connect connect) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            return client.send(0x10, connect.body()).readConnack();
        }
    }

    private static RawMqttClient connected() throws IOException {
        final RawMqttClient client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(valid()));
        return client;
    }

    private static RawMqttClient.Connect valid() {
        return RawMqttClient.connect(HUB.emulator(), "dev-001");
    }

    private static String token(final String key, final Instant expiry) {
        return SasToken.sign(HUB_NAME + "/devices/dev-001", key, expiry, "").text();
    }

    private static void assertAccepted(final RawMqttClient.Connect connect) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, client.connectWith(connect));
            client.disconnect();
        }
    }

    private static void assertRefused(final int returnCode, final int row, final RawMqttClient.Connect connect) throws IOException {
        try (RawMqttClient client = RawMqttClient.open(HUB.emulator())) {
            assertEquals(returnCode, client.connectWith(connect));
            assertClosed(client, row);
        }
    }

    private static void assertClosed(final RawMqttClient client, final int row) throws IOException {
        assertTrue(client.isClosedSilently());
        Conditions.await(() -> HUB.emulator().connections().ends().stream().anyMatch(end -> end.refusal().row() == row));
    }
}
