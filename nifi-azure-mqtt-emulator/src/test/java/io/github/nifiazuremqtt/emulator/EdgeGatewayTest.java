/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees of an IoT Edge gateway that is not so at a hub. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EdgeGatewayTest {

    @RegisterExtension
    static final IoTHubEmulatorExtension GATEWAY = IoTHubEmulatorExtension.builder()
            .with(builder -> builder.hostName("contoso.azure-devices.net").gateway("localhost"))
            .device("dev-001").device("dev-002").device("edge-1").module("edge-1", "$edgeHub").freshPerTest().build();

    private static final String EVENTS = "devices/dev-001/messages/events/";

    private static final String DEVICE_BOUND = "devices/dev-001/messages/devicebound/#";

    @Test
    void testConnectionStringNamesHubAndGateway() {
        final ConnectionString connectionString = GATEWAY.emulator().connectionString("dev-001");
        assertTrue(connectionString.text().startsWith("HostName=contoso.azure-devices.net;DeviceId=dev-001;"));
        assertTrue(connectionString.text().endsWith(";GatewayHostName=localhost:" + GATEWAY.emulator().mqttPort()));
        assertEquals(connectionString, ConnectionString.parse(connectionString.text()));
        assertEquals("localhost", connectionString.bareServer());
        assertEquals("contoso.azure-devices.net", connectionString.bareHost());
    }

    @ParameterizedTest
    @ValueSource(strings = {"contoso.azure-devices.net/dev-001/?api-version=2021-04-12", "contoso.azure-devices.net/dev-001/api-version=2016-11-14",
            "localhost/dev-001/?api-version=2021-04-12", "other.azure-devices.net/dev-001/?DeviceClientType=x&api-version=any"})
    void testHostOfUserNameIsNotLookedAt(final String userName) throws IOException {
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("dev-001").userName(userName)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"contoso.azure-devices.net/dev-001", "contoso.azure-devices.net/dev-001/?DeviceClientType=x", "dev-001"})
    void testRow8UserNameWithoutApiVersionIsUnreadable(final String userName) throws IOException {
        try (RawMqttClient client = open()) {
            assertEquals(3, client.connectWith(device("dev-001").userName(userName)));
        }
    }

    @ParameterizedTest
    @CsvSource({"contoso.azure-devices.net, 0", "localhost, 0", "other.azure-devices.net, 5"})
    void testTokenForHubOrGateway(final String host, final int returnCode) throws IOException {
        try (RawMqttClient client = open()) {
            assertEquals(returnCode, client.connectWith(device("dev-001").password(token(host, IdentityKey.device("dev-001")))));
        }
    }

    @Test
    void testDeviceOfAnotherGateway() throws IOException {
        GATEWAY.emulator().gateway().exclude("dev-002");
        try (RawMqttClient client = open()) {
            assertEquals(5, client.connectWith(device("dev-002")));
        }
    }

    @Test
    void testOneClientTooMany() throws IOException {
        GATEWAY.emulator().gateway().maximumClients(1);
        try (RawMqttClient first = open(); RawMqttClient second = open(); RawMqttClient again = open()) {
            assertEquals(0, first.connectWith(device("dev-001")));
            assertEquals(3, second.connectWith(device("dev-002")));
            assertEquals(0, again.connectWith(device("dev-001")));
        }
    }

    @Test
    void testUnknownSubscriptionIsIgnored() throws IOException {
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("dev-001")));
            assertEquals(0x90, client.subscribe(1, "foo/#", 1).read().header());
            assertEquals(1, client.publish(EVENTS, 1, "x").readPuback());
        }
    }

    @Test
    void testUnsubscribeOfWhatWasNeverSubscribedIsAnswered() throws IOException {
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("dev-001")));
            assertEquals(0xB0, client.unsubscribe(1, EVENTS + "#").read().header());
            assertEquals(1, client.publish(EVENTS, 1, "x").readPuback());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices/edge-1/modules/$edgeHub/#", "devices/edge-1/modules/$edgeHub/inputs/#"})
    void testFiltersOfAModule(final String filter) throws IOException {
        final IdentityKey module = IdentityKey.module("edge-1", "$edgeHub");
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("edge-1").clientId("edge-1/$edgeHub")
                    .userName("contoso.azure-devices.net/edge-1/$edgeHub/?api-version=2021-04-12").password(token("contoso.azure-devices.net", module))));
            assertEquals(0x90, client.subscribe(1, filter, 1).read().header());
            assertEquals(Set.of(filter), GATEWAY.emulator().hub().session(module).orElseThrow().filters());
        }
    }

    @Test
    void testSystemModule() throws IOException {
        final IdentityKey module = IdentityKey.module("edge-1", "$edgeHub");
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("edge-1").clientId("edge-1/$edgeHub")
                    .userName("contoso.azure-devices.net/edge-1/$edgeHub/?api-version=2021-04-12").password(token("contoso.azure-devices.net", module))));
            assertEquals(1, client.publish("devices/edge-1/modules/$edgeHub/messages/events/", 1, "x").readPuback());
            assertEquals("$edgeHub", GATEWAY.emulator().telemetry().messages().getFirst().moduleId());
        }
    }

    @Test
    void testMessagesAreAcknowledgedWhenStoredAndArriveWhenTheHubIsReached() throws IOException {
        final IoTHubEmulator emulator = GATEWAY.emulator();
        emulator.gateway().uplink().goDown();
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("dev-001")));
            assertEquals(1, client.publish(EVENTS, 1, "first").readPuback());
            assertEquals(2, client.publish(EVENTS, 2, "second").readPuback());
            assertEquals(0, emulator.telemetry().count());
            assertEquals(2, emulator.gateway().uplink().waiting());
            emulator.gateway().uplink().comeBack();
            assertEquals(3, client.publish(EVENTS, 3, "third").readPuback());
            assertEquals(List.of("first", "second", "third"), emulator.telemetry().messages().stream().map(TelemetryMessage::text).toList());
        }
    }

    @Test
    void testMessagesThatWaitTooLongAreLost() throws IOException {
        final IoTHubEmulator emulator = GATEWAY.emulator();
        emulator.gateway().uplink().goDown();
        try (RawMqttClient client = open()) {
            assertEquals(0, client.connectWith(device("dev-001")));
            assertEquals(1, client.publish(EVENTS, 1, "x").readPuback());
            emulator.gateway().uplink().timeToLive(Duration.ofSeconds(-1));
            emulator.gateway().uplink().comeBack();
            assertEquals(0, emulator.telemetry().count());
        }
    }

    @Test
    void testRestartForgetsSessions() throws IOException {
        try (RawMqttClient client = open(); RawMqttClient before = open(); RawMqttClient after = open()) {
            assertEquals(0, client.connectWith(device("dev-001")));
            client.subscribe(1, DEVICE_BOUND, 1).read();
            client.disconnect();
            before.send(0x10, device("dev-001").body());
            assertEquals(0x100, before.readConnack());
            GATEWAY.emulator().gateway().restart();
            assertTrue(before.isClosedSilently());
            after.send(0x10, device("dev-001").body());
            assertEquals(0, after.readConnack());
        }
    }

    @Test
    void testKeepAliveOfTenMinutesAtMost() {
        assertEquals(Duration.ofMinutes(10), GATEWAY.emulator().timings().keepAliveCeiling());
    }

    private static RawMqttClient open() throws IOException {
        return RawMqttClient.open(GATEWAY.emulator());
    }

    private static RawMqttClient.Connect device(final String deviceId) {
        return RawMqttClient.connect(GATEWAY.emulator(), deviceId);
    }

    private static String token(final String host, final IdentityKey key) {
        return SasToken.sign(host + "/" + key.topicRoot(), GATEWAY.emulator().hub().registry().find(key).orElseThrow().authentication().primary(),
                GATEWAY.emulator().clock().instant().plusSeconds(3600), "").text();
    }
}
