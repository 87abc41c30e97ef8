/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.sandbox.FlowMonitor.VerificationResult;
import io.github.nifiazuremqtt.sandbox.IdentityDesk.Proof;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way of proving who a device is, directly at a hub and through the Device Provisioning Service: each publishes and receives.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityMatrixIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private IoTHubEmulator hub;
    private DpsEmulator dps;
    private NiFiInstance nifi;
    private IdentityDesk desk;
    private final Map<Proof, String> direct = new EnumMap<>(Proof.class);
    private final Map<Proof, String> provisioned = new EnumMap<>(Proof.class);

    @BeforeAll
    void start(@TempDir final Path directory) throws Exception {
        hub = IoTHubEmulator.builder().start();
        dps = DpsEmulator.builder().hub(hub).limits(ProvisioningLimits.withoutWaiting()).start();
        nifi = NiFiInstance.start(directory.resolve("nifi"), NiFiOptions.DEFAULT);
        desk = new IdentityDesk(hub, dps, Files.createDirectory(directory.resolve("identities")));
    }

    @AfterAll
    void stop() {
        nifi.close();
        dps.close();
        hub.close();
        printTable();
    }

    private void printTable() {
        Report.line("%-30s | %-20s | %s", "", "direct", "Device Provisioning Service");
        for (final Proof proof : Proof.values()) {
            Report.line("%-30s | %-20s | %s", proof, direct.getOrDefault(proof, "-"), provisioned.getOrDefault(proof, "-"));
        }
    }

    @ParameterizedTest
    @EnumSource(Proof.class)
    void testDirect(final Proof proof) throws Exception {
        final String device = "direct-" + proof.ordinal();
        final FlowEditor editor = nifi.client().createGroup(device);
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String credentials = services.createCredentials(desk.register(proof, device, editor));
        final String connections = services.createConnection(credentials, Map.of("Host Name", hub.hostName() + ":" + hub.mqttPort()));

        direct.put(proof, publishAndReceive(editor, connections, device));
    }

    @ParameterizedTest
    @EnumSource(value = Proof.class, mode = EnumSource.Mode.EXCLUDE, names = {"CONNECTION_STRING", "SIGNATURE"})
    void testProvisioned(final Proof proof) throws Exception {
        final String device = "provisioned-" + proof.ordinal();
        final FlowEditor editor = nifi.client().createGroup(device);
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String credentials = services.createCredentials(desk.enroll(proof, device, editor));
        final EmulatedDps provisioning = new EmulatedDps(editor, dps, services.createTrust());
        final String connections = provisioning.createConnection(credentials, provisioning.createProvisioning(credentials), Map.of());

        provisioned.put(proof, publishAndReceive(editor, connections, device));
        assertEquals(1, dps.counters().registrations(device));
    }

    /** A token is good for one resource: a device that has tokens only needs two of them. */
    @Test
    void testProvisionedByTwoSignatures() throws Exception {
        final String device = "provisioned-" + Proof.SIGNATURE.ordinal();
        final FlowEditor editor = nifi.client().createGroup(device);
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String forRegistration = services.createCredentials(desk.enroll(Proof.SIGNATURE, device, editor));
        final String forHub = services.createCredentials(desk.signatureForHub(device));
        final EmulatedDps provisioning = new EmulatedDps(editor, dps, services.createTrust());
        final String connections = provisioning.createConnection(forHub, provisioning.createProvisioning(forRegistration), Map.of());

        provisioned.put(Proof.SIGNATURE, publishAndReceive(editor, connections, device) + " with two tokens");
    }

    @Test
    void testSignatureForRegistrationDoesNotOpenHub() throws Exception {
        final String device = "one-token";
        final FlowEditor editor = nifi.client().createGroup(device);
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String credentials = services.createCredentials(desk.enroll(Proof.SIGNATURE, device, editor));
        final EmulatedDps provisioning = new EmulatedDps(editor, dps, services.createTrust());
        final String connections = provisioning.createConnection(credentials, provisioning.createProvisioning(credentials), Map.of());

        editor.enableServices();
        final VerificationResult result = verifyPublisher(editor, connections, device);
        assertEquals("FAILED", result.outcome());
        assertTrue(result.explanation().contains("Shared access signature is for [%s/registrations/%s] and not for device [%s] at hub [localhost]: make one for it"
                .formatted(dps.idScope(), device, device)), result.explanation());
        editor.delete();
    }

    @Test
    void testConnectionStringOpensNoRegistration() throws Exception {
        final String device = "provisioned-" + Proof.CONNECTION_STRING.ordinal();
        final FlowEditor editor = nifi.client().createGroup(device);
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String credentials = services.createCredentials(desk.enroll(Proof.CONNECTION_STRING, device, editor));
        final EmulatedDps provisioning = new EmulatedDps(editor, dps, services.createTrust());
        final String connections = provisioning.createConnection(credentials, provisioning.createProvisioning(credentials), Map.of());

        editor.enableServices();
        final VerificationResult result = verifyPublisher(editor, connections, device);
        assertEquals("FAILED", result.outcome());
        assertTrue(result.explanation().contains("opens no registration; choose Enrollment Group Key, Device Key or a certificate"), result.explanation());
        assertEquals(0, dps.counters().registrations(device));
        provisioned.put(Proof.CONNECTION_STRING, "not possible, Verify says: " + result.explanation());
        editor.delete();
    }

    private VerificationResult verifyPublisher(final FlowEditor editor, final String connections, final String device) throws Exception {
        final String publisher = editor.createProcessor(ProcessorSettings.azure("PublishToIoTHub").with("IoT Hub Connection Service", connections)
                .with("Device ID", device).terminating("success", "failure"));
        return nifi.client().monitor().verifyProcessor(publisher, Map.of()).getLast();
    }

    private String publishAndReceive(final FlowEditor editor, final String connections, final String device) throws Exception {
        final String generator = editor.createProcessor(ProcessorSettings.standard("GenerateFlowFile")
                .with("Data Format", "Text").with("Unique FlowFiles", "false").with("generate-ff-custom-text", "from " + device));
        final String publisher = editor.createProcessor(ProcessorSettings.azure("PublishToIoTHub").with("IoT Hub Connection Service", connections)
                .with("Device ID", device).terminating("success"));
        final String consumer = editor.createProcessor(ProcessorSettings.azure("ConsumeC2D").with("IoT Hub Connection Service", connections)
                .with("Device ID", device));
        final String log = editor.createProcessor(ProcessorSettings.standard("LogAttribute").terminating("success"));
        editor.connect(generator, publisher, "success");
        final String failures = editor.connect(publisher, log, "failure");
        final String received = editor.connect(consumer, log, "success");

        editor.enableServices();
        editor.runProcessorOnce(generator);
        editor.startProcessor(publisher);
        editor.startProcessor(consumer);
        Await.until("a message from " + device, LIMIT, () -> hub.telemetry().messages().stream()
                .anyMatch(message -> message.deviceId().equals(device) && message.text().equals("from " + device)));
        hub.messages().send(device, CloudMessage.of("to " + device));
        assertTrue(hub.messages().awaitEnded(device, 1, LIMIT));
        nifi.client().monitor().awaitQueued(received, 1, LIMIT);

        assertEquals(List.of(device), nifi.client().monitor().listQueue(received).stream()
                .map(flowFile -> flowFile.path("attributes").path("iothub.device.id").asText()).toList());
        assertEquals(0, nifi.client().monitor().queued(failures));
        assertEquals(1, hub.connections().opened(device));
        editor.delete();
        return "published, received";
    }
}
