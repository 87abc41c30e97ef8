/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.HubSwitch;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the table of refusals about a live connection, and what a consumer sees of a message: what a client does, and what it sees. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TelemetryRefusalTest {

    private static final String EVENTS = "devices/dev-001/messages/events/";
    private static final String DEVICE_BOUND = "devices/dev-001/messages/devicebound/#";
    private static final int LIMIT = 262_144;

    @RegisterExtension
    static final IoTHubEmulatorExtension HUB = IoTHubEmulatorExtension.builder()
            .device("dev-001").device("dev-002").module("dev-001", "mod-a").freshPerTest().build();

    private RawMqttClient client;

    @BeforeEach
    void setConnection() throws IOException {
        client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001")));
    }

    @AfterEach
    void closeConnection() throws IOException {
        client.close();
    }

    @Test
    void testRow27QosTwo() throws IOException {
        client.publish(0x04, EVENTS, 1, new byte[0]);
        assertClosed(27);
    }

    @Test
    void testRow27ReservedQosThree() throws IOException {
        client.publish(0x06, EVENTS, 1, new byte[0]);
        assertClosed(27);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo/bar", "/devices/dev-001/messages/events/", "devices/dev-001/messages/eventsx", "devices/dev-001/messages",
        "$iothub/unknown", "Devices/dev-001/messages/events/"})
    void testRow28UndocumentedTopic(final String topic) throws IOException {
        client.publish(topic, 1, "");
        assertClosed(28);
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices/dev-002/messages/events/", "devices/DEV-001/messages/events/", "devices/dev-0011/messages/events/"})
    void testRow29TopicOfAnother(final String topic) throws IOException {
        client.publish(topic, 1, "");
        assertClosed(29);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=1+1", "a=#1", "+", "a=%zz", "a=%", "a=%4", "a=%FF", "=value", "time=12:00", "a=ü", "a=b/c", "a=b?c"})
    void testRows30And32CharactersThatMustBeEscaped(final String bag) throws IOException {
        client.publish(EVENTS + bag, 1, "");
        assertClosed(30);
    }

    @Test
    void testRow30LenientSwitch() throws IOException {
        HUB.emulator().hub().turnOn(HubSwitch.LENIENT_PROPERTY_BAG);
        client.publish(EVENTS + "a=%zz&time=12:00&b=c d", 1, "");
        assertEquals(1, client.readPuback());
        assertEquals(Map.of("a", "%zz", "time", "12:00", "b", "c d"), onlyMessage().applicationProperties());
    }

    @Test
    void testRow31RawSpace() throws IOException {
        client.publish(EVENTS + "site=plant A", 1, "");
        assertClosed(31);
    }

    @Test
    void testRow32EscapedPlusIsAPlus() throws IOException {
        client.publish(EVENTS + "a=1%2B1", 1, "");
        assertEquals(1, client.readPuback());
        assertEquals("1+1", onlyMessage().applicationProperties().get("a"));
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "%24.mid=12345678, 8", "$.ct=application%2Fjson, 16", "ab=cde, 5", "bare, 4", "%C3%BC=%E2%82%AC, 5"})
    void testRow33LargestMessage(final String bag, final int counted) throws IOException {
        client.publish(0x02, EVENTS + bag, 1, new byte[LIMIT - counted]);
        assertEquals(1, client.readPuback());
        client.publish(0x02, EVENTS + bag, 2, new byte[LIMIT - counted + 1]);
        assertClosed(33);
        assertEquals(1, HUB.emulator().telemetry().count());
    }

    @Test
    void testRow34RetainIsAProperty() throws IOException {
        client.publish(0x03, EVENTS + "a=b", 1, new byte[0]);
        assertEquals(1, client.readPuback());
        assertEquals(Map.of("a", "b", "mqtt-retain", "true"), onlyMessage().applicationProperties());
    }

    @Test
    void testRow35RepetitionIsASecondMessage() throws IOException {
        client.publish(0x02, EVENTS + "$.mid=m", 1, new byte[0]);
        assertEquals(1, client.readPuback());
        client.publish(0x0A, EVENTS + "$.mid=m", 1, new byte[0]);
        assertEquals(1, client.readPuback());
        assertEquals(List.of(false, true), HUB.emulator().telemetry().messages().stream().map(TelemetryMessage::duplicate).toList());
    }

    @Test
    void testRow36Throttle() throws IOException {
        HUB.emulator().faults().sends().limit(10, Duration.ofMillis(350));
        final long start = System.nanoTime();
        for (int i = 1; i <= 3; i++) {
            client.publish(EVENTS, i, "");
        }

        for (int i = 1; i <= 3; i++) {
            assertEquals(i, client.readPuback());
        }

        assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(190));
        for (int i = 4; i <= 20; i++) {
            client.publish(EVENTS, i, "");
        }

        assertThrottled();
    }

    @Test
    void testRow37Quota() throws IOException {
        HUB.emulator().faults().quota().set(3);
        client.publish(EVENTS, 1, "x".repeat(4097));
        assertEquals(1, client.readPuback());
        client.publish(EVENTS, 2, "x");
        assertEquals(2, client.readPuback());
        client.publish(EVENTS, 3, "x");
        assertClosed(37);
        client.close();
        client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001")));
        client.publish(EVENTS, 1, "x");
        assertTrue(client.isClosedSilently());
        assertEquals(2, HUB.emulator().telemetry().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "devices/#", "devices/+/messages/devicebound/#", "devices/dev-002/messages/devicebound/#", "$SYS/#",
        "devices/dev-001/messages/devicebound/+", "$iothub/#"})
    void testRow38UndocumentedFilter(final String filter) throws IOException {
        client.subscribe(1, filter, 1);
        assertClosed(38);
    }

    @Test
    void testRow38SubackSwitch() throws IOException {
        HUB.emulator().hub().turnOn(HubSwitch.REFUSED_FILTER_IN_SUBACK);
        client.subscribe(1, "#", 1);
        assertArrayEquals(new byte[]{0, 1, (byte) 0x80}, client.read().body());
    }

    @Test
    void testRow39SixthSubscription() throws IOException {
        final String root = "devices/dev-001/modules/mod-a";
        final String key = HUB.emulator().connectionString(HUB.emulator().hub(), IdentityKey.module("dev-001", "mod-a")).sharedAccessKey();
        client.close();
        client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(new RawMqttClient.Connect("dev-001/mod-a", "localhost/dev-001/mod-a/?api-version=2021-04-12",
                SasToken.sign("localhost/" + root, key, Instant.now().plusSeconds(60), "").text(), 4, 0, 60, null)));
        final List<String> filters = List.of(root + "/messages/devicebound/#", root + "/inputs/#", "$iothub/twin/res/#",
                "$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#");
        for (final String filter : filters) {
            client.subscribe(1, filter, 0);
            assertEquals(0x90, client.read().header());
        }

        client.subscribe(2, filters.getFirst(), 1);
        assertEquals(0x90, client.read().header());
        client.subscribe(3, "$iothub/credentials/res/#", 0);
        assertClosed(39);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "2, 1"})
    void testRow40GrantedQos(final int asked, final int granted) throws IOException {
        client.subscribe(9, DEVICE_BOUND, asked);
        assertArrayEquals(new byte[]{0, 9, (byte) granted}, client.read().body());
    }

    @Test
    void testRow41SubscribeWithoutFilter() throws IOException {
        client.send(0x82, new byte[]{0, 1});
        assertClosed(41);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x8A, 0x83})
    void testRow41ReservedBits(final int header) throws IOException {
        client.send(header, new RawMqttClient.Body().number(1).text(DEVICE_BOUND).bytes(new byte[]{0}).toByteArray());
        assertClosed(41);
    }

    @Test
    void testRow42Unsubscribe() throws IOException {
        client.subscribe(1, DEVICE_BOUND, 1).read();
        client.unsubscribe(2, DEVICE_BOUND);
        final RawMqttClient.Packet unsuback = client.read();
        assertEquals(0xB0, unsuback.header());
        assertEquals(2, unsuback.packetId());
        HUB.emulator().hub().turnOn(HubSwitch.UNDOCUMENTED_UNSUBSCRIBE_CLOSES);
        client.unsubscribe(3, "foo/bar");
        assertClosed(42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices/dev-001/messages/events/#", "foo/bar", "$SYS/#", "devices/dev-002/messages/devicebound/#"})
    void testUnsubscribeOfWhatWasNeverSubscribedIsAnswered(final String filter) throws IOException {
        client.unsubscribe(7, filter);
        final RawMqttClient.Packet unsuback = client.read();
        assertEquals(0xB0, unsuback.header());
        assertEquals(7, unsuback.packetId());
        client.publish(EVENTS, 8, "");
        assertEquals(8, client.readPuback());
    }

    @Test
    void testDuplicateWithQosZero() throws IOException {
        client.publish(0x08, EVENTS, 0, new byte[0]);
        assertClosed(0);
        assertEquals(0, HUB.emulator().telemetry().count());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x48, 0x41, 0xC1, 0xC2, 0xE4, 0xE1, 0x80})
    void testReservedBitsOfFixedHeaders(final int header) throws IOException {
        client.send(header, header < 0x50 ? new byte[]{0, 1} : new byte[0]);
        assertTrue(client.isClosedSilently());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%24.cdid=dev-002", "$.cmid=mod-a", "%24.iothub-connection-module-id=mod-a", "%24.iothub-enqueuedtime=2000-01-01",
        "%24.iothub-connection-auth-method=none", "%24.iothub-message-source=twinChangeEvents", "%24.dt-dataschema=dtmi%3Ax%3B1"})
    void testWhatTheHubSaysOfAConnectionIsNotTakenFromAClient(final String property) throws IOException {
        client.publish(EVENTS + property + "&site=a", 1, "");
        assertEquals(1, client.readPuback());
        final TelemetryMessage message = onlyMessage();
        assertEquals("dev-001", message.systemProperties().get("iothub-connection-device-id"));
        assertEquals("Telemetry", message.systemProperties().get("iothub-message-source"));
        assertEquals(Set.of("iothub-connection-device-id", "iothub-connection-auth-method", "iothub-connection-auth-generation-id", "iothub-enqueuedtime",
                "iothub-message-source"), message.systemProperties().keySet());
        assertTrue(message.systemProperties().get("iothub-connection-auth-method").contains("\"type\":\"sas\""));
        assertEquals(Map.of("site", "a"), message.applicationProperties());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x50, 0x62, 0x70})
    void testRow43PacketsOfQosTwo(final int header) throws IOException {
        client.send(header, new byte[]{0, 1});
        assertClosed(43);
    }

    @Test
    void testRow44UnknownPubackIsIgnored() throws IOException {
        client.send(0x40, new byte[]{0x12, 0x34});
        client.publish(EVENTS, 1, "");
        assertEquals(1, client.readPuback());
    }

    @Test
    void testMalformedPacketCloses() throws IOException {
        client.publish(0x02, EVENTS, 0, new byte[0]);
        assertTrue(client.isClosedSilently());
        assertEquals(0, HUB.emulator().telemetry().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices/dev-001/messages/events", "devices/dev-001/messages/events/", "devices/dev-001/messages/events/?"})
    void testTopicWithoutProperties(final String topic) throws IOException {
        client.publish(topic, 1, "body");
        assertEquals(1, client.readPuback());
        assertTrue(onlyMessage().applicationProperties().isEmpty());
        assertEquals("body", onlyMessage().text());
    }

    @Test
    void testPropertiesAsTheConsumerSeesThem() throws IOException {
        client.publish(EVENTS + "?%24.mid=m1&$.cid=c1&$.uid=u1&$.ct=application%2Fjson&$.ce=utf-8&$.ctime=2026-03-01T12%3A00%3A00.000Z&$.sub=thermostat"
                + "&$.new=x&iothub-ack=full&%24plain=1&null&empty=&site=plant%20A&%E2%82%AC=%F0%9F%98%80&eq=a%3Db/", 1, "{}");
        assertEquals(1, client.readPuback());
        final TelemetryMessage message = onlyMessage();
        final Map<String, String> system = message.systemProperties();
        assertEquals("m1", system.get("message-id"));
        assertEquals("c1", system.get("correlation-id"));
        assertEquals("u1", system.get("user-id"));
        assertEquals("application/json", system.get("content-type"));
        assertEquals("utf-8", system.get("content-encoding"));
        assertEquals("2026-03-01T12:00:00.000Z", system.get("iothub-creation-time-utc"));
        assertEquals("thermostat", system.get("dt-subject"));
        assertEquals("x", system.get("$.new"));
        assertEquals("full", system.get("iothub-ack"));
        assertEquals("dev-001", system.get("iothub-connection-device-id"));
        assertEquals("{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}",
                system.get("iothub-connection-auth-method"));
        assertEquals("Telemetry", system.get("iothub-message-source"));
        assertEquals(message.enqueuedTime(), Instant.parse(system.get("iothub-enqueuedtime")));
        assertFalse(system.containsKey("dt-dataschema"));
        final Map<String, String> expected = new HashMap<>(Map.of("$plain", "1", "empty", "", "site", "plant A", "€", "😀", "eq", "a=b"));
        expected.put("null", null);
        assertEquals(expected, message.applicationProperties());
    }

    @Test
    void testModelIdIsTheDataSchema() throws IOException {
        client.close();
        client = RawMqttClient.open(HUB.emulator());
        assertEquals(0, client.connectWith(RawMqttClient.connect(HUB.emulator(), "dev-001")
                .userName("localhost/dev-001/?api-version=2021-04-12&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1")));
        client.publish(EVENTS, 1, "");
        assertEquals(1, client.readPuback());
        assertEquals("dtmi:com:example:Thermostat;1", onlyMessage().systemProperties().get("dt-dataschema"));
    }

    @Test
    void testModuleSendsAsItself() throws IOException {
        final String root = "devices/dev-001/modules/mod-a";
        final String key = HUB.emulator().connectionString(HUB.emulator().hub(), IdentityKey.module("dev-001", "mod-a")).sharedAccessKey();
        try (RawMqttClient module = RawMqttClient.open(HUB.emulator())) {
            assertEquals(0, module.connectWith(new RawMqttClient.Connect("dev-001/mod-a", "localhost/dev-001/mod-a/?api-version=2021-04-12",
                    SasToken.sign("localhost/" + root, key, Instant.now().plusSeconds(60), "").text(), 4, 0, 60, null)));
            module.publish(root + "/messages/events/a=b/", 1, "");
            assertEquals(1, module.readPuback());
            assertEquals("mod-a", onlyMessage().systemProperties().get("iothub-connection-module-id"));
            module.publish(EVENTS, 2, "");
            assertTrue(module.isClosedSilently());
        }
    }

    @Test
    void testQosZeroAndBinaryBody() throws IOException, InterruptedException {
        final byte[] body = new byte[256];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }

        client.publish(0x00, EVENTS, 0, body);
        assertTrue(HUB.emulator().telemetry().await(1, Duration.ofSeconds(5)));
        assertArrayEquals(body, onlyMessage().body());
        assertEquals(0, onlyMessage().qos());
    }

    @Test
    void testLongestTopic() throws IOException {
        final String key = "k".repeat(65_535 - EVENTS.length() - 2);
        client.publish(EVENTS + key + "=v", 1, "");
        assertEquals(1, client.readPuback());
        assertEquals(Map.of(key, "v"), onlyMessage().applicationProperties());
        assertEquals(65_535, (EVENTS + key + "=v").getBytes(StandardCharsets.UTF_8).length);
    }

    private static TelemetryMessage onlyMessage() {
        final List<TelemetryMessage> messages = HUB.emulator().telemetry().messages();
        assertEquals(1, messages.size());
        return messages.getFirst();
    }

    private void assertClosed(final int row) throws IOException {
        assertTrue(client.isClosedSilently());
        Conditions.await(() -> HUB.emulator().connections().ends().stream().anyMatch(end -> end.refusal().row() == row));
    }

    private void assertThrottled() throws IOException {
        Conditions.await(() -> HUB.emulator().connections().ends().stream().anyMatch(end -> end.refusal().row() == 36));
        assertTrue(HUB.emulator().telemetry().count() < 20);
    }
}
