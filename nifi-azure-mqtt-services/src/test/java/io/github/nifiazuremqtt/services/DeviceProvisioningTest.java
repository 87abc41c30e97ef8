/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.dps.Allocation;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.DpsSwitch;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.dps.ScriptedAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.ConfigVerificationResult;
import org.apache.nifi.components.ConfigVerificationResult.Outcome;
import org.apache.nifi.util.MockConfigurationContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The provisioning service against the emulated one. */
@Timeout(60)
class DeviceProvisioningTest {

    private EmulatedProvisioning emulated;

    @BeforeEach
    void start() throws Exception {
        emulated = new EmulatedProvisioning();
    }

    @AfterEach
    void stop() {
        emulated.close();
    }

    @Test
    void testAssigned() throws Exception {
        emulated.dps.enrollments().put(EmulatedProvisioning.group().withAllocation(Allocation.toHub(EmulatedProvisioning.SECOND_HUB)));
        emulated.dps.service().limits(ProvisioningLimits.real());
        emulated.enable();

        final ProvisioningResult result = register("sn-007", "{\"modelId\":\"dtmi:com:example:Press;1\"}").get(30, TimeUnit.SECONDS);
        assertEquals("127.0.0.2:" + emulated.secondHub.mqttPort(), result.hostName());
        assertEquals("sn-007", result.deviceId());
        assertEquals("initialAssignment", result.substatus());
        assertTrue(new String(result.json(), StandardCharsets.UTF_8).contains("\"status\":\"assigned\""));
        assertEquals(1, emulated.dps.counters().registrations("sn-007"));
    }

    @Test
    void testAssignedOverWebSocket() throws Exception {
        emulated.runner.setProperty(emulated.provisioning, StandardDeviceProvisioningService.GLOBAL_ENDPOINT, "localhost:" + emulated.dps.webSocketPort());
        emulated.runner.setProperty(emulated.provisioning, ConnectionProperties.TRANSPORT_PROTOCOL, TransportProtocol.MQTT_WEB_SOCKET);
        emulated.enable();

        assertEquals("sn-007", register("sn-007", "").get(30, TimeUnit.SECONDS).deviceId());
    }

    @Test
    void testGroupKeyUsedAsDeviceKey() {
        emulated.setKey(AuthenticationStrategy.DEVICE_KEY);
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.UNAUTHORIZED, failure.getCategory());
        assertEquals(401, failure.getHubError().orElseThrow().statusCode());
        assertTrue(failure.getMessage().startsWith("Registration [sn-007]: the Device Provisioning Service did not accept the primary key (401"),
                failure.getMessage());
        assertTrue(failure.getMessage().contains("If the key is that of an enrollment group, choose the strategy Enrollment Group Key"), failure.getMessage());
    }

    @Test
    void testAssignedByCertificateOfGroup() throws Exception {
        final CertificateAuthority root = CertificateAuthority.root("Plant Root");
        emulated.dps.service().authorities().addVerified("root", root.certificate());
        emulated.dps.enrollments().put(Enrollment.group("plant", Attestation.authority("root")));
        emulated.setCertificate(root.intermediate("Line 1").issue(CertificateProfile.client("sn-007")));
        emulated.enable();

        assertEquals("sn-007", register("sn-007", "").get(30, TimeUnit.SECONDS).deviceId());
    }

    @Test
    void testCertificateUnknownToTheService() {
        emulated.setCertificate(CertifiedKey.selfSigned(CertificateProfile.client("sn-007")));
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.UNAUTHORIZED, failure.getCategory());
        assertTrue(failure.getMessage().contains("common name of the certificate is exactly the registration id"), failure.getMessage());
    }

    @Test
    void testWrongIdScope() {
        emulated.runner.setProperty(emulated.provisioning, StandardDeviceProvisioningService.ID_SCOPE, "0ne00000000");
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.UNAUTHORIZED, failure.getCategory());
        assertTrue(failure.getMessage().contains("(CONNACK 5)"), failure.getMessage());
        assertTrue(failure.getMessage().contains("ID Scope [0ne00000000]"), failure.getMessage());
    }

    @Test
    void testUnknownEnrollment() {
        emulated.dps.service().turnOn(DpsSwitch.UNKNOWN_ID_NOT_FOUND);
        emulated.dps.enrollments().removeGroup("presses");
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.REFUSED, failure.getCategory());
        assertTrue(failure.getMessage().contains("knows no enrollment"), failure.getMessage());
    }

    @Test
    void testDisabledEnrollment() {
        emulated.dps.enrollments().put(EmulatedProvisioning.group().disabled());
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.REFUSED, failure.getCategory());
        assertTrue(failure.getMessage().contains("has the enrollment disabled"), failure.getMessage());
    }

    @Test
    void testCustomAllocationFailed() {
        emulated.dps.scripts().end("sn-007", "failed", 400207, "Custom allocation failed");
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.REFUSED, failure.getCategory());
        assertTrue(failure.getMessage().contains("custom allocation function"), failure.getMessage());
    }

    @Test
    void testConnectionProfile() {
        emulated.dps.scripts().connectionProfile("sn-007", "mqttV5");
        emulated.enable();

        final IoTHubException failure = failure(register("sn-007", ""));
        assertEquals(FailureCategory.REFUSED, failure.getCategory());
        assertTrue(failure.getMessage().contains("connection profile [mqttV5]"), failure.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"PREVIEW_API_REFUSED", "PREVIEW_API_REFUSED_AT_REGISTRATION"})
    void testServiceThatDoesNotKnowTheNewerVersion(final DpsSwitch refusal) throws Exception {
        emulated.dps.service().turnOn(refusal);
        emulated.enable();

        for (final String registrationId : List.of("sn-1", "sn-2", "sn-3")) {
            assertEquals(registrationId, register(registrationId, "").get(30, TimeUnit.SECONDS).deviceId());
        }
        assertEquals(4, emulated.dps.connections().socketsAccepted());
    }

    @Test
    void testThrottledAndFaultyForAWhile() throws Exception {
        emulated.dps.scripts().onRegister("sn-007", ScriptedAnswer.throttled(2), 1).onRegister("sn-007", ScriptedAnswer.error(500001, "Oops", 1), 1)
                .onPoll("sn-007", ScriptedAnswer.throttled(1), 1);
        emulated.enable();

        assertEquals("sn-007", register("sn-007", "").get(40, TimeUnit.SECONDS).deviceId());
        assertEquals(3, emulated.dps.counters().registrations("sn-007"));
    }

    @Test
    void testManyAtOnceKeepLimits() throws Exception {
        emulated.dps.service().limits(ProvisioningLimits.real());
        emulated.enable();
        final List<CompletableFuture<ProvisioningResult>> outcomes = new ArrayList<>();
        for (int device = 0; device < 120; device++) {
            outcomes.add(register("sn-" + device, ""));
        }
        CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(50, TimeUnit.SECONDS);

        assertEquals(120, emulated.dps.counters().registrations());
        assertEquals(0, emulated.dps.counters().throttled());
    }

    @Test
    void testVerify() {
        emulated.runner.enableControllerService(emulated.credentials);
        final MockConfigurationContext context = new MockConfigurationContext(emulated.provisioning, Map.of(
                StandardDeviceProvisioningService.GLOBAL_ENDPOINT, "localhost:" + emulated.dps.mqttPort(),
                StandardDeviceProvisioningService.ID_SCOPE, emulated.dps.idScope(),
                ConnectionProperties.SSL_CONTEXT_SERVICE, "trust",
                StandardDeviceProvisioningService.DEVICE_CREDENTIALS_SERVICE, "credentials"),
                emulated.runner.getProcessContext().getControllerServiceLookup(), Map.of());

        final List<ConfigVerificationResult> results = emulated.provisioning.verify(context, emulated.runner.getLogger(),
                Map.of("dps.registration.id", "sn-007"));
        assertEquals(5, results.size());
        assertTrue(results.stream().allMatch(result -> result.getOutcome() == Outcome.SUCCESSFUL), results.toString());
        assertEquals(0, emulated.dps.counters().registrations());
    }

    private CompletableFuture<ProvisioningResult> register(final String registrationId, final String payload) {
        return emulated.provisioning.register(new ProvisioningRequest(registrationId, payload.getBytes(StandardCharsets.UTF_8)), Duration.ofMinutes(2));
    }

    private static IoTHubException failure(final CompletableFuture<?> outcome) {
        return assertInstanceOf(IoTHubException.class, assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS)).getCause());
    }
}
