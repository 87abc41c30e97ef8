/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.certificate.Validity;
import io.github.nifiazuremqtt.emulator.dps.AllocationFailedException;
import io.github.nifiazuremqtt.emulator.dps.Attestation;
import io.github.nifiazuremqtt.emulator.dps.DpsSwitch;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.ProvisioningLimits;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.time.AdjustableClock;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of the table of refusals about the provisioning service: what a device does, and what it sees. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DpsRefusalTest {

    private static final String KEY = Authentication.newKey();
    private static final String SECONDARY_KEY = Authentication.newKey();
    private static final String GROUP_KEY = Authentication.newKey();
    private static final String PLAIN = "{}";

    private final CertificateAuthority root = CertificateAuthority.root("Plant Root");
    private final AdjustableClock clock = new AdjustableClock();
    private IoTHubEmulator hub;
    private DpsEmulator dps;

    @BeforeEach
    void start() throws IOException {
        hub = IoTHubEmulator.builder().clock(clock).start();
        dps = DpsEmulator.builder().hub(hub).limits(ProvisioningLimits.withoutWaiting())
                .enroll(Enrollment.individual("sn-007", Attestation.symmetricKey(KEY, SECONDARY_KEY)))
                .enroll(Enrollment.group("plant", Attestation.symmetricKey(GROUP_KEY, Authentication.newKey())))
                .enroll(Enrollment.group("certified", Attestation.authority("root")))
                .setUp(emulator -> emulator.service().authorities().addVerified("root", root.certificate()))
                .start();
    }

    @AfterEach
    void stop() {
        dps.close();
        hub.close();
    }

    @Test
    void testRow64UserName() throws Exception {
        final String start = dps.idScope() + "/registrations/sn-007";
        assertRefused(64, valid().userName(start + "/?api-version=2019-03-31"));
        assertRefused(64, valid().userName(start));
        assertRefused(64, valid().userName(start + "/ClientVersion=x"));
        assertRefused(64, valid().userName(null).password(null));
        assertRefused(64, valid().userName("localhost/sn-007/?api-version=2021-04-12"));

        dps.service().turnOn(DpsSwitch.HUB_STYLE_USER_NAME, DpsSwitch.USER_NAME_WITHOUT_API_VERSION);
        assertAccepted(valid().userName(start + "/?api-version=2019-03-31"));
        assertAccepted(valid().userName(start));
    }

    @Test
    void testRow65Identity() throws Exception {
        assertRefused(65, valid().clientId("sn-008"));
        assertRefused(65, valid().userName("0ne00000000/registrations/sn-007/api-version=2019-03-31"));

        dps.service().turnOn(DpsSwitch.UNKNOWN_SCOPE_AT_REGISTRATION);
        assertUnauthorized(valid().userName("0ne00000000/registrations/sn-007/api-version=2019-03-31"));
    }

    @Test
    void testRow66BadToken() throws Exception {
        final Instant now = Instant.now();
        final String scope = dps.idScope() + "/registrations/";
        assertUnauthorized(valid().password(dps.token("sn-007", Authentication.newKey(), Duration.ofHours(1))));
        assertUnauthorized(valid().password(dps.token("sn-007", KEY, Duration.ofMinutes(-6))));
        assertUnauthorized(valid().password(SasToken.sign(scope + "sn-008", KEY, now.plusSeconds(60), "registration").text()));
        assertUnauthorized(valid().password(SasToken.sign(scope + "sn-007", KEY, now.plusSeconds(60), "other").text()));
        assertUnauthorized(valid().password("not a token"));
        assertUnauthorized(DpsClient.connect(dps, "member-1", GROUP_KEY));
        assertUnauthorized(DpsClient.connect(dps, "Member-1", SasToken.derivedKey(GROUP_KEY, "member-1")));
        assertUnauthorized(DpsClient.connect(dps, "sn-007", SasToken.derivedKey(GROUP_KEY, "sn-007")));
        assertEquals(8, dps.counters().unauthorized());

        assertAssigned(valid().password(dps.token("sn-007", SECONDARY_KEY, Duration.ofHours(1))));
        assertAssigned(valid().password(dps.token("sn-007", KEY, Duration.ofMinutes(-4))));
        assertAssigned(DpsClient.connect(dps, "member-1", SasToken.derivedKey(GROUP_KEY, "member-1")));
    }

    @Test
    void testUnknownIdNotFound() throws Exception {
        dps.service().turnOn(DpsSwitch.UNKNOWN_ID_NOT_FOUND);

        assertEquals(404_201, register(DpsClient.connect(dps, "stranger", Authentication.newKey()), PLAIN).errorCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"&skn=registration", "&skn=", ""})
    void testRow67PolicyName(final String policy) throws Exception {
        final String token = SasToken.sign(dps.idScope() + "/registrations/sn-007", KEY, Instant.now().plusSeconds(60), "").text();

        assertAssigned(valid().password(token + policy));
    }

    @Test
    void testRow68Certificates() throws Exception {
        final CertifiedKey good = root.issue(CertificateProfile.client("cert-1"));
        final CertifiedKey expired = root.issue(CertificateProfile.client("cert-1").withValidity(Validity.expired()));
        final CertifiedKey foreign = CertificateAuthority.root("Plant Root").issue(CertificateProfile.client("cert-1"));

        assertRefused(68, DpsClient.connect(dps, "cert-2", null), good);
        assertRefused(68, DpsClient.connect(dps, "cert-1", null), expired);
        assertRefused(68, DpsClient.connect(dps, "cert-1", null), foreign);
        assertRefused(68, DpsClient.connect(dps, "cert-1", null));
        assertRefused(68, DpsClient.connect(dps, "sn-007", null), root.issue(CertificateProfile.client("sn-007")));

        dps.service().turnOn(DpsSwitch.CERTIFICATE_REFUSED_AT_REGISTRATION);
        try (DpsClient client = open(foreign)) {
            client.start(DpsClient.connect(dps, "cert-1", null));
            final DpsClient.Answer answer = client.register(PLAIN);
            assertEquals(401, answer.status());
            assertEquals(401_002, answer.errorCode());
        }
    }

    @Test
    void testRow68AuthorityIsNotVerified() throws Exception {
        final CertifiedKey device = root.issue(CertificateProfile.client("cert-1"));
        dps.service().authorities().add("root", root.certificate());
        assertRefused(68, DpsClient.connect(dps, "cert-1", null), device);

        final String code = dps.service().authorities().generateVerificationCode("root").verificationCode();
        dps.service().authorities().verify("root", root.issue(CertificateProfile.client(code)).certificate());
        try (DpsClient client = open(device)) {
            client.start(DpsClient.connect(dps, "cert-1", null));
            assertEquals("assigned", client.outcome(client.register(PLAIN)).body().get("status").asText());
        }
    }

    @Test
    void testRow69RegisterBeforeSubscribe() throws Exception {
        try (DpsClient client = open()) {
            assertEquals(0, client.raw().connectWith(valid()));
            client.publish("$dps/registrations/PUT/iotdps-register/?$rid=early", PLAIN);
            client.subscribe();
            final DpsClient.Answer answer = client.register(PLAIN);
            assertNotEquals("early", answer.query().get("$rid"));
            assertEquals(2, dps.counters().registrations("sn-007"));
        }
    }

    @Test
    void testRow70Polls() throws Exception {
        dps.service().limits(ProvisioningLimits.real().withPollsBeforeOutcome(100));
        try (DpsClient client = open()) {
            client.start(valid());
            assertEquals(404, client.poll("unknown").status());
            final String operationId = client.register(PLAIN).body().get("operationId").asText();
            for (int i = 0; i < 4; i++) {
                assertEquals(202, client.poll(operationId).status());
            }

            final DpsClient.Answer throttled = client.poll(operationId);
            assertEquals(429, throttled.status());
            assertEquals(429_001, throttled.errorCode());
            assertTrue(throttled.retryAfter() > 5 && throttled.retryAfter() <= 10);
            clock.advance(Duration.ofSeconds(throttled.retryAfter()));
            assertEquals(202, client.poll(operationId).status());
        }
    }

    @Test
    void testRegistrationsAreLimited() throws Exception {
        dps.service().limits(ProvisioningLimits.withoutWaiting().withRegistrationsPerMinute(2));
        try (DpsClient client = open()) {
            client.start(valid());
            assertEquals(202, client.register(PLAIN).status());
            assertEquals(202, client.register(PLAIN).status());
            final DpsClient.Answer throttled = client.register(PLAIN);
            assertEquals(429, throttled.status());
            assertTrue(throttled.retryAfter() > 50);
            assertEquals(1, dps.counters().throttled());
        }
    }

    @Test
    void testRow71DisabledAndFailed() throws Exception {
        dps.enrollments().put(Enrollment.individual("sn-007", Attestation.symmetricKey(KEY, KEY)).disabled());
        final DpsClient.Answer disabled = register(valid(), PLAIN);
        assertEquals(200, disabled.status());
        assertEquals("disabled", disabled.body().get("status").asText());

        dps.enrollments().put(Enrollment.individual("sn-007", Attestation.symmetricKey(KEY, KEY)).withAllocation(request -> {
            throw new AllocationFailedException(AllocationFailedException.CUSTOM_ALLOCATION_FAILED, "no room");
        }));
        final DpsClient.Answer failed = register(valid(), PLAIN);
        assertEquals(200, failed.status());
        assertEquals("failed", failed.body().get("status").asText());
        assertEquals(400_207, failed.body().at("/registrationState/errorCode").asInt());
        assertEquals("no room", failed.body().at("/registrationState/errorMessage").asText());
        assertTrue(hub.hub().registry().devices().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "$dps/#", "$dps/registrations/#", "$dps/registrations/res/+", "devices/sn-007/messages/devicebound/#"})
    void testRow72Filters(final String filter) throws Exception {
        try (DpsClient client = open()) {
            assertEquals(0, client.raw().connectWith(valid()));
            client.raw().subscribe(1, filter, 1);
            assertClosed(client, 72);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices/sn-007/messages/events/", "$dps/registrations/PUT/iotdps-register", "$dps/registrations/PUT/iotdps-register/?x=1",
        "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=1", "$dps/registrations/DELETE/?$rid=1"})
    void testRow72Topics(final String topic) throws Exception {
        try (DpsClient client = open()) {
            client.start(valid());
            client.raw().publish(topic, 9, PLAIN);
            assertClosed(client, 72);
        }
    }

    @Test
    void testRow73NoSessionIsKept() throws Exception {
        try (DpsClient client = open()) {
            client.start(valid());
            client.raw().disconnect();
        }
        try (DpsClient client = open()) {
            client.raw().send(0x10, valid().body());
            assertEquals(0, client.raw().readConnack());
            client.publish("$dps/registrations/PUT/iotdps-register/?$rid=lost", PLAIN);
            client.subscribe();
            assertNotEquals("lost", client.register(PLAIN).query().get("$rid"));
        }
    }

    @Test
    void testRow74SigningRequest() throws Exception {
        final String body = "{\"registrationId\":\"sn-007\",\"csr\":\"MIIB\"}";
        assertFalse(register(valid(), body).body().get("registrationState").has("issuedCertificateChain"));

        dps.service().turnOn(DpsSwitch.SIGNING_REQUEST_REFUSED);
        assertEquals(400, register(valid(), body).status());
        assertEquals(400, register(version("2025-06-30-preview"), body).status());
        assertEquals(200, register(version("2025-07-01-preview"), body).status());
    }

    @Test
    void testRow64PreviewVersionRefused() throws Exception {
        dps.service().turnOn(DpsSwitch.PREVIEW_API_REFUSED);
        assertRefused(64, version("2026-11-02-preview"));
        assertAccepted(valid());
    }

    @Test
    void testPreviewVersionRefusedAtRegistration() throws Exception {
        dps.service().turnOn(DpsSwitch.PREVIEW_API_REFUSED_AT_REGISTRATION);
        assertEquals(400, register(version("2026-11-02-preview"), PLAIN).status());
        assertEquals(200, register(valid(), PLAIN).status());
    }

    private RawMqttClient.Connect version(final String apiVersion) {
        return valid().userName(dps.idScope() + "/registrations/sn-007/api-version=" + apiVersion);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "7", "\uFEFF{}", "{\u0000}\u0000", "{} {}", "{\"payload\":[1]}", "{\"payload\":7}", "{\"registrationId\":\"sn-008\"}"})
    void testBadBody(final String body) throws Exception {
        assertEquals(400, register(valid(), body).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}", "{\"registrationId\":\"SN-007\"}", "{\"payload\":null}", "{\"payload\":{\"modelId\":\"dtmi:x;1\"}}"})
    void testGoodBody(final String body) throws Exception {
        assertEquals("assigned", register(valid(), body).body().get("status").asText());
    }

    private RawMqttClient.Connect valid() {
        return DpsClient.connect(dps, "sn-007", KEY);
    }

    private DpsClient open() throws Exception {
        return open(null);
    }

    private DpsClient open(final CertifiedKey key) throws Exception {
        final X509Certificate anchor = hub.trustAnchor();
        return DpsClient.open(dps, anchor, key);
    }

    private DpsClient.Answer register(final RawMqttClient.Connect connect, final String body) throws Exception {
        try (DpsClient client = open()) {
            client.start(connect);
            return client.outcome(client.register(body));
        }
    }

    private void assertAssigned(final RawMqttClient.Connect connect) throws Exception {
        assertEquals("assigned", register(connect, PLAIN).body().get("status").asText());
    }

    /** CONNECT and SUBSCRIBE pass; the registration does not. */
    private void assertUnauthorized(final RawMqttClient.Connect connect) throws Exception {
        final DpsClient.Answer answer = register(connect, PLAIN);
        assertEquals(401, answer.status());
        assertEquals(401_000, answer.errorCode());
    }

    private void assertAccepted(final RawMqttClient.Connect connect) throws Exception {
        try (DpsClient client = open()) {
            assertEquals(0, client.raw().connectWith(connect));
        }
    }

    private void assertRefused(final int row, final RawMqttClient.Connect connect) throws Exception {
        assertRefused(row, connect, null);
    }

    private void assertRefused(final int row, final RawMqttClient.Connect connect, final CertifiedKey key) throws Exception {
        dps.connections().clear();
        try (DpsClient client = open(key)) {
            assertEquals(5, client.raw().connectWith(connect));
            assertClosed(client, row);
        }
    }

    private void assertClosed(final DpsClient client, final int row) throws IOException {
        assertTrue(client.raw().isClosedSilently());
        Conditions.await(() -> dps.connections().ends().stream().anyMatch(end -> end.refusal().row() == row));
    }
}
