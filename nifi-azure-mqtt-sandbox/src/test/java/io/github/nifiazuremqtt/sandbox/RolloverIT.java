/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.sandbox.NiFiClient.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Credentials change while messages flow: none is lost, none fails, and nobody restarts anything.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolloverIT {

    /** A minute until a renewed certificate is looked for, and time to connect. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private IoTHubEmulator hub;
    private DpsEmulator dps;
    private NiFiInstance nifi;
    private Path certificates;

    @BeforeAll
    void start(@TempDir final Path directory) throws Exception {
        hub = IoTHubEmulator.builder().start();
        hub.telemetry().keepLast(0);
        dps = DpsEmulator.builder().hub(hub).limits(ProvisioningLimits.withoutWaiting()).start();
        nifi = NiFiInstance.start(directory.resolve("nifi"), NiFiOptions.DEFAULT);
        certificates = Files.createDirectory(directory.resolve("certificates"));
    }

    @AfterAll
    void stop() {
        nifi.close();
        dps.close();
        hub.close();
    }

    @Test
    void testDeviceKeyByParameter() throws Exception {
        final String device = "parameter-1";
        final Authentication old = Authentication.newKeys();
        register(device, old);
        final PublishFlow flow = createFlow(device, Map.of("Authentication Strategy", "Device Key", "Device Key", "#{Device Key}"),
                Map.of("Device Key", Parameter.secret(old.primary())));

        final FlowUnderLoad load = new FlowUnderLoad(flow, hub, device);
        final String renewed = Authentication.newKey();
        final Duration pause = load.change(() -> {
            register(device, Authentication.keys(renewed, old.secondary()));
            nifi.client().setParameters(flow.editor().group(), Map.of("Device Key", Parameter.secret(renewed)));
        }, "a connection with the new key", () -> hub.connections().opened(device) == 2);

        load.finish();
        Report.line("changed device key by parameter update: pause %d ms, %d messages, 0 lost, 0 in failure, %d repeated", pause.toMillis(), load.lines(),
                load.repeats());
        assertEquals(0, load.repeats());
    }

    @Test
    void testSecondaryKeyAndBack() throws Exception {
        final String device = "two-keys";
        final Authentication keys = Authentication.newKeys();
        register(device, keys);
        final PublishFlow flow = createFlow(device, Map.of("Authentication Strategy", "Device Key", "Device Key", keys.primary(),
                "Secondary Device Key", keys.secondary()), Map.of());

        final FlowUnderLoad load = new FlowUnderLoad(flow, hub, device);
        final Duration toSecondary = load.change(() -> registerAndCut(device, Authentication.keys(Authentication.newKey(), keys.secondary())),
                "a connection with the secondary key", () -> hub.connections().opened(device) == 2);
        assertTrue(nifi.client().monitor().bulletins(flow.connections()).stream().anyMatch(bulletin -> bulletin.contains(
                "Device [two-keys] is connected with the secondary key, because the other credential was refused")));
        final Duration back = load.change(() -> registerAndCut(device, Authentication.keys(keys.primary(), Authentication.newKey())),
                "a connection with the primary key", () -> hub.connections().opened(device) == 3);

        load.finish();
        Report.line("primary to secondary key: pause %d ms, and back: %d ms, %d messages, 0 lost, 0 in failure, %d repeated", toSecondary.toMillis(),
                back.toMillis(), load.lines(), load.repeats());
    }

    @Test
    void testNewCertificateFiles() throws Exception {
        final String device = "renewed-certificate";
        final CertifiedKey old = CertifiedKey.selfSigned(CertificateProfile.client(device));
        register(device, thumbprint(old));
        final PublishFlow flow = createFlow(device, writeFiles(device, old), Map.of());

        final FlowUnderLoad load = new FlowUnderLoad(flow, hub, device);
        final Duration pause = load.change(() -> {
            final CertifiedKey renewed = CertifiedKey.selfSigned(CertificateProfile.client(device));
            writeFiles(device, renewed);
            registerAndCut(device, thumbprint(renewed));
        }, "a connection with the new certificate", () -> hub.connections().opened(device) == 2);

        load.finish();
        Report.line("new certificate files: pause %d ms, %d messages, 0 lost, 0 in failure, %d repeated", pause.toMillis(), load.lines(), load.repeats());
    }

    @Test
    void testNewCertificateFilesAfterTheOldOneHasEnded() throws Exception {
        final String device = "ended-certificate";
        final CertifiedKey old = CertifiedKey.selfSigned(CertificateProfile.client(device));
        register(device, thumbprint(old));
        final PublishFlow flow = createFlow(device, writeFiles(device, old), Map.of());

        final FlowUnderLoad load = new FlowUnderLoad(flow, hub, device);
        writeFiles(device, CertifiedKey.selfSigned(CertificateProfile.client(device).withValidity(Validity.expired())));
        hub.faults().dropConnections();
        Await.until("a bulletin that names file and cure", LIMIT, () -> nifi.client().monitor().bulletins(flow.connections()).stream()
                .anyMatch(bulletin -> bulletin.contains(device + "/chain.pem") && bulletin.contains("ended at") && bulletin.contains("renew it")));
        final long written = System.nanoTime();
        final CertifiedKey renewed = CertifiedKey.selfSigned(CertificateProfile.client(device));
        writeFiles(device, renewed);
        register(device, thumbprint(renewed));
        Await.until("a connection with the new certificate", LIMIT, () -> hub.connections().opened(device) == 2);
        final Duration taken = Duration.ofNanos(System.nanoTime() - written);

        load.finish();
        Report.line("new certificate files after the old one had ended: taken up %d s after they were written, %d messages, 0 lost, 0 in failure",
                taken.toSeconds(), load.lines());
    }

    @Test
    void testGroupKeyByParameter() throws Exception {
        final String device = "group-member";
        final Attestation old = Attestation.symmetricKey();
        dps.enrollments().put(Enrollment.group("plant", old));
        final PublishFlow flow = createFlow(device, Map.of("Authentication Strategy", "Enrollment Group Key", "Enrollment Group Key", "#{Group Key}"),
                Map.of("Group Key", Parameter.secret(old.primary())));
        provision(flow);

        final FlowUnderLoad load = new FlowUnderLoad(flow, hub, device);
        final Attestation renewed = Attestation.symmetricKey();
        final Duration pause = load.change(() -> {
            dps.enrollments().put(Enrollment.group("plant", renewed));
            nifi.client().setParameters(flow.editor().group(), Map.of("Group Key", Parameter.secret(renewed.primary())));
        }, "a connection with the new key", () -> hub.connections().opened(device) == 2);

        load.finish();
        Report.line("changed enrollment group key by parameter update: pause %d ms, %d registrations, %d messages, 0 lost, 0 in failure, %d repeated",
                pause.toMillis(), dps.counters().registrations(device), load.lines(), load.repeats());
        assertEquals(2, dps.counters().registrations(device));
        assertEquals(0, load.repeats());
    }

    /** A flow whose one device has these credentials; its services are enabled. */
    private PublishFlow createFlow(final String device, final Map<String, String> credentials, final Map<String, Parameter> parameters) throws Exception {
        final String someone = "someone-" + device;
        hub.hub().registry().addDevice(someone);
        final PublishFlow flow = PublishFlow.create(nifi, hub, hub.connectionString(someone), Map.of("Maximum Messages In Flight", "50"),
                ProcessorSettings.azure("PublishToIoTHub").with("Device ID", device));
        flow.disableServices();
        nifi.client().createParameters(flow.editor().group(), device, parameters);
        final Map<String, String> properties = new LinkedHashMap<>(credentials);
        properties.put("Connection String", null);
        flow.editor().updateService(flow.credentials(), properties);
        flow.editor().updateService(flow.connections(), Map.of("Host Name", hub.hostName() + ":" + hub.mqttPort()));
        flow.enableServices();
        return flow;
    }

    /** Has the provisioning service assign the hub of the flow's devices. */
    private void provision(final PublishFlow flow) throws Exception {
        final FlowEditor editor = flow.editor();
        flow.disableServices();
        final String provisioning = new EmulatedDps(editor, dps, new EmulatedHub(editor, hub).createTrust()).createProvisioning(flow.credentials());
        editor.updateService(flow.connections(), Map.of("Hub Assignment Strategy", "Device Provisioning Service", "Device Provisioning Service", provisioning));
        editor.enableServices();
    }

    private void register(final String device, final Authentication authentication) {
        hub.hub().registry().put(IdentityKey.device(device), true, authentication);
    }

    private void registerAndCut(final String device, final Authentication authentication) {
        register(device, authentication);
        hub.faults().dropConnections();
    }

    private static Authentication thumbprint(final CertifiedKey key) {
        return Authentication.thumbprints(Thumbprint.sha256(key.certificate()).hex(), "");
    }

    private Map<String, String> writeFiles(final String device, final CertifiedKey key) throws IOException {
        final Path directory = Files.createDirectories(certificates.resolve(device));
        final Path chain = replace(directory.resolve("chain.pem"), Pem.certificates(key.chain()));
        final Path privateKey = replace(directory.resolve("private-key.pem"), Pem.privateKey(key.privateKey(), new char[0]));
        return Map.of("Authentication Strategy", "X.509 PEM", "Certificate", chain.toString(), "Private Key", privateKey.toString());
    }

    private static Path replace(final Path file, final String text) throws IOException {
        final Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
        return Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
