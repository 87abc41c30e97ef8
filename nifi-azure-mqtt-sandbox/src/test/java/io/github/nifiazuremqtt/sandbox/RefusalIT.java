/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.DpsEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Pem;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.sandbox.FlowMonitor.VerificationResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What NiFi shows a person whose identity is refused: the verification and the bulletin name the cause and the cure. All kinds of refusal are tested without
 * NiFi; these are one that is found on this machine, one at CONNECT and one at the registration.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String DEVICE = "dev-001";

    private IoTHubEmulator hub;
    private DpsEmulator dps;
    private NiFiInstance nifi;
    private Path certificates;

    @BeforeAll
    void start(@TempDir final Path directory) throws Exception {
        hub = IoTHubEmulator.builder().device(DEVICE).start();
        dps = DpsEmulator.builder().hub(hub).start();
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
    void testExpiredCertificateFile() throws Exception {
        final CertifiedKey expired = CertifiedKey.selfSigned(CertificateProfile.client(DEVICE).withValidity(Validity.expired()));
        final Path chain = Files.writeString(certificates.resolve("chain.pem"), Pem.certificates(expired.chain()));
        final Path key = Files.writeString(certificates.resolve("private-key.pem"), Pem.privateKey(expired.privateKey(), new char[0]));
        final FlowEditor editor = nifi.client().createGroup("Expired");
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String connections = services.createConnection(services.createCredentials(Map.of("Authentication Strategy", "X.509 PEM",
                "Certificate", chain.toString(), "Private Key", key.toString())), Map.of("Host Name", hub.hostName() + ":" + hub.mqttPort()));

        assertShown(editor, connections, "Certificate file [%s]: certificate [CN=%s] ended at".formatted(chain, DEVICE), "renew it");
    }

    @Test
    void testWrongKey() throws Exception {
        final FlowEditor editor = nifi.client().createGroup("Wrong key");
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String connections = services.createConnection(services.createCredentials(Map.of("Authentication Strategy", "Device Key",
                "Device Key", Attestation.symmetricKey().primary())), Map.of("Host Name", hub.hostName() + ":" + hub.mqttPort()));

        assertShown(editor, connections, "refused the primary key with CONNACK 5", "choose the strategy Enrollment Group Key", "the clock of this machine is");
    }

    @Test
    void testDisabledEnrollment() throws Exception {
        final Attestation groupKey = Attestation.symmetricKey();
        dps.enrollments().put(Enrollment.group("plant", groupKey).disabled());
        final FlowEditor editor = nifi.client().createGroup("Disabled enrollment");
        final EmulatedHub services = new EmulatedHub(editor, hub);
        final String credentials = services.createCredentials(Map.of("Authentication Strategy", "Enrollment Group Key",
                "Enrollment Group Key", groupKey.primary()));
        final EmulatedDps provisioning = new EmulatedDps(editor, dps, services.createTrust());
        final String connections = provisioning.createConnection(credentials, provisioning.createProvisioning(credentials), Map.of());

        assertShown(editor, connections, "the Device Provisioning Service has the enrollment disabled", "Enable it in the Azure portal");
    }

    private void assertShown(final FlowEditor editor, final String connections, final String... words) throws Exception {
        final String generator = editor.createProcessor(ProcessorSettings.standard("GenerateFlowFile").with("File Size", "1 B"));
        final String publisher = editor.createProcessor(ProcessorSettings.azure("PublishToIoTHub").with("IoT Hub Connection Service", connections)
                .with("Device ID", DEVICE).terminating("success", "failure"));
        final String queue = editor.connect(generator, publisher, "success");
        editor.enableServices();

        final VerificationResult verified = nifi.client().monitor().verifyProcessor(publisher, Map.of()).getLast();
        assertTrue("FAILED".equals(verified.outcome()) && containsAll(verified.explanation(), words), verified::explanation);

        editor.runProcessorOnce(generator);
        editor.startProcessor(publisher);
        Await.until("a bulletin with " + List.of(words), LIMIT, () -> nifi.client().monitor().bulletins().stream().anyMatch(text -> containsAll(text, words)));
        nifi.client().monitor().awaitQueued(queue, 1, LIMIT);
        Report.line("%s", nifi.client().monitor().bulletins().stream().filter(text -> containsAll(text, words)).findFirst().orElseThrow());
        editor.delete();
    }

    private static boolean containsAll(final String text, final String... words) {
        return List.of(words).stream().allMatch(text::contains);
    }
}
