/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.hub.IoTHub;
import io.github.nifiazuremqtt.services.connection.Publishing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.components.state.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that nobody told where they live. */
@Timeout(180)
class ProvisionedFleetTest {

    private static final int DEVICES = Integer.getInteger("fleet.devices", 90);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private EmulatedProvisioning emulated;

    @BeforeEach
    void start() throws Exception {
        emulated = new EmulatedProvisioning();
        emulated.enable();
    }

    @AfterEach
    void stop() {
        emulated.close();
    }

    @Test
    void testEveryDeviceRegistersOnceAndOnlyThoseThatMovedAgain() throws Exception {
        publishFromAll("first");
        assertEquals(DEVICES, emulated.dps.counters().registrations());
        assertEquals(0, emulated.dps.counters().throttled());
        hubs().forEach(hub -> assertTrue(hub.registry().devices().size() > DEVICES / 6));

        emulated.disable();
        emulated.runner.getStateManager(emulated.connections).assertStateSet("sn-1", Scope.LOCAL);
        emulated.enable();
        publishFromAll("after restart");
        assertEquals(DEVICES, emulated.dps.counters().registrations());

        final int moved = emulated.secondHub.hub().registry().devices().size();
        emulated.dps.service().evacuate(EmulatedProvisioning.SECOND_HUB);
        publishFromAll("after a hub was closed");
        assertEquals(DEVICES + moved, emulated.dps.counters().registrations());
        assertEquals(3L * DEVICES, countDistinctMessages());
    }

    @Test
    void testChangedGroupKeyIsBroughtToTheHubAndWorksAtOnce() throws Exception {
        publish("sn-1", "with the old key");
        emulated.disable();
        emulated.dps.enrollments().put(Enrollment.group("presses", Attestation.symmetricKey()));
        emulated.runner.setProperty(emulated.credentials, CredentialProperties.ENROLLMENT_GROUP_KEY,
                emulated.dps.enrollments().group("presses").orElseThrow().attestation().primary());
        emulated.enable();

        final long start = System.nanoTime();
        publish("sn-1", "with the new key");
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(20).toNanos());
        assertEquals(2, emulated.dps.counters().registrations("sn-1"));
    }

    @Test
    void testAssignmentOfTheLastMomentIsKeptWhenNiFiEnds() throws Exception {
        publish("sn-1", "text");
        emulated.connections.onShutdown();
        emulated.runner.getStateManager(emulated.connections).assertStateSet("sn-1", Scope.LOCAL);
    }

    @Test
    void testDisabledDeviceDoesNotHammerTheService() throws Exception {
        emulated.dps.enrollments().put(EmulatedProvisioning.group().disabled());
        try (DeviceConnection connection = emulated.connections.acquire(DeviceIdentity.ofDevice("sn-1"))) {
            for (int attempt = 0; attempt < 3; attempt++) {
                connection.awaitConnected(Duration.ofSeconds(3));
            }

            assertTrue(connection.getStatus().findLastFailure().orElseThrow().getMessage().contains("has the enrollment disabled"));
        }
        assertEquals(1, emulated.dps.counters().registrations());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttV5", "unheardOf"})
    void testHubOfAnotherProtocolIsNamedAndLeftAlone(final String profile) throws Exception {
        emulated.dps.scripts().connectionProfile("sn-1", profile);
        assertLeftAlone(profile);

        emulated.runner.disableControllerService(emulated.connections);
        final List<ConfigVerificationResult> verified = emulated.connections.verify(emulated.context(emulated.connections), emulated.runner.getLogger(),
                Map.of("iothub.device.id", "sn-1"));
        assertEquals(Outcome.FAILED, verified.getLast().getOutcome());
        assertTrue(verified.getLast().getExplanation().contains("connection profile [" + profile + "]"), verified.getLast().getExplanation());
        emulated.runner.enableControllerService(emulated.connections);
        assertLeftAlone(profile);

        assertEquals(1, emulated.dps.counters().registrations());
        assertEquals(1, emulated.dps.connections().socketsAccepted());
        hubs().forEach(hub -> assertEquals(0, hub.telemetry().count()));
        Stream.of(emulated.firstHub, emulated.secondHub, emulated.thirdHub).forEach(hub -> assertEquals(0, hub.connections().socketsAccepted()));
    }

    private void assertLeftAlone(final String profile) throws Exception {
        try (DeviceConnection connection = emulated.connections.acquire(DeviceIdentity.ofDevice("sn-1"))) {
            final long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (connection.getStatus().findLastFailure().isEmpty() && System.nanoTime() < deadline) {
                connection.awaitConnected(Duration.ofMillis(100));
            }

            final String text = connection.getStatus().findLastFailure().orElseThrow().getMessage();
            assertTrue(text.contains("connection profile [" + profile + "]"), text);
        }
    }

    private void publishFromAll(final String text) throws Exception {
        final List<DeviceConnection> connections = new ArrayList<>();
        IntStream.rangeClosed(1, DEVICES).mapToObj(device -> DeviceIdentity.ofDevice("sn-" + device)).map(emulated.connections::acquire).forEach(connections::add);
        try {
            for (final DeviceConnection connection : connections) {
                publish(connection, connection.getIdentity() + " " + text);
            }
        } finally {
            connections.forEach(DeviceConnection::close);
        }
    }

    private void publish(final String deviceId, final String text) throws Exception {
        try (DeviceConnection connection = emulated.connections.acquire(DeviceIdentity.ofDevice(deviceId))) {
            publish(connection, text);
        }
    }

    /**
     * Publishes again what was lost with a connection, as a processor does.
     */
    private static void publish(final DeviceConnection connection, final String id) throws Exception {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean published = false;
        while (!published) {
            connection.awaitConnected(Duration.ofSeconds(1));
            try {
                Publishing.publish(connection.openPublisher(), new DeviceMessage(id, id.getBytes(StandardCharsets.UTF_8), MessageProperties.NONE,
                        QualityOfService.AT_LEAST_ONCE)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                published = true;
            } catch (final IoTHubException | ExecutionException e) {
                assertTrue(System.nanoTime() < deadline, e::getMessage);
            }
        }
    }

    private long countDistinctMessages() {
        return hubs().flatMap(hub -> hub.telemetry().messages().stream()).map(message -> new String(message.body(), StandardCharsets.UTF_8)).distinct().count();
    }

    private Stream<IoTHub> hubs() {
        return Stream.of(emulated.firstHub, emulated.secondHub, emulated.thirdHub).map(IoTHubEmulator::hub);
    }
}
