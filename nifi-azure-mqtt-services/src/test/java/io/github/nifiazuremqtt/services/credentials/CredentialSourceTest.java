/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.credentials.Finding.Verdict;
import io.github.nifiazuremqtt.services.protocol.ConnectionString;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CredentialSourceTest {

    private static final String HUB = "contoso-hub.azure-devices.net";

    private static final String KEY_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final SharedAccessKey KEY = SharedAccessKey.parse(KEY_TEXT);

    private static final SharedAccessKey OTHER_KEY = SharedAccessKey.parse("+XLy+MVZ+aTeOnVzN2kLeB16O+kSxmz6g3rS6fAf6rw=");

    private static final SharedAccessKey GROUP_KEY =
            SharedAccessKey.parse("8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==");

    private static final String REGISTRATION_ID = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";

    /** One hour before the end of the test vectors. */
    private static final TokenIssuer ISSUER = new TokenIssuer(clockAt("2029-12-31T23:00:00.999Z"), Duration.ofHours(1));

    private static final CredentialTarget DEVICE = CredentialTarget.hub(HUB, DeviceIdentity.ofDevice("dev-001"));

    private static final CredentialTarget REGISTRATION = CredentialTarget.registration("0ne00000A0A", REGISTRATION_ID);

    private static final String DEVICE_TOKEN = "SharedAccessSignature sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001"
            + "&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000";

    private static final String REGISTRATION_TOKEN = "SharedAccessSignature sr=0ne00000A0A%2Fregistrations%2F" + REGISTRATION_ID
            + "&sig=G7MjtBiGDoPFvcraAETYRy8NoPgYc7P10zGeiy%2F1j4s%3D&se=1893456000&skn=registration";

    @Test
    void testDeviceKey() {
        final CredentialSource source = new DeviceKeySource(KEY, OTHER_KEY, ISSUER);
        final List<DeviceCredential> credentials = source.getCredentials(DEVICE);
        assertEquals(List.of("primary key", "secondary key"), credentials.stream().map(DeviceCredential::getLabel).toList());
        assertEquals(new AccessToken(DEVICE_TOKEN, Instant.parse("2030-01-01T00:00:00Z")), tokenOf(credentials.getFirst()));
        assertFalse(tokenOf(credentials.getLast()).value().contains("xKqO2eXs"));
        assertEquals(Optional.empty(), credentials.getFirst().findKeyManager());
        assertTrue(credentials.getFirst().findRefusalHint().orElseThrow().contains("Enrollment Group Key"));
        assertEquals(Optional.empty(), source.findWarning());
        assertFalse(source.endsByItself());
        assertEquals(Optional.empty(), source.findConnectionDetails());
        assertSecretFree(source, credentials);
    }

    @Test
    void testOneDeviceKeyAndEqualKeys() {
        assertEquals(1, new DeviceKeySource(KEY, null, ISSUER).getCredentials(DEVICE).size());
        assertTrue(new DeviceKeySource(KEY, KEY, ISSUER).findWarning().isPresent());
    }

    @Test
    void testGroupKeyAtDeviceProvisioningService() {
        final CredentialSource source = new GroupKeySource(GROUP_KEY, ISSUER);
        final List<DeviceCredential> credentials = source.getCredentials(REGISTRATION);
        assertEquals(REGISTRATION_TOKEN, tokenOf(credentials.getFirst()).value());
        assertEquals("key derived from the group key for [%s]".formatted(REGISTRATION_ID), credentials.getFirst().getLabel());
        assertSecretFree(source, credentials);
    }

    @Test
    void testGroupKeyAtHubIsDerivedFromRegistrationId() {
        final CredentialTarget target = CredentialTarget.provisionedHub(HUB, DeviceIdentity.ofDevice("dev-001"), REGISTRATION_ID);
        final SharedAccessKey derived = SharedAccessKey.parse("Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");
        assertEquals(tokenOf(new DeviceKeySource(derived, null, ISSUER).getCredentials(DEVICE).getFirst()),
                tokenOf(new GroupKeySource(GROUP_KEY, ISSUER).getCredentials(target).getFirst()));
    }

    @Test
    void testPolicy() {
        final CredentialSource source = new PolicyKeySource("device", KEY, ISSUER);
        final List<DeviceCredential> credentials = source.getCredentials(DEVICE);
        assertEquals(DEVICE_TOKEN + "&skn=device", tokenOf(credentials.getFirst()).value());
        assertTrue(source.findWarning().orElseThrow().contains("opens every device of the hub"));
        assertSecretFree(source, credentials);
        assertRefused(source, REGISTRATION, "Registration [%s]: a shared access policy belongs to a hub".formatted(REGISTRATION_ID));
    }

    @Test
    void testSignature() {
        final CredentialSource source = new SignatureSource(SharedAccessSignature.parse(DEVICE_TOKEN), clockAt("2029-12-31T23:59:59Z"));
        final List<DeviceCredential> credentials = source.getCredentials(DEVICE);
        assertEquals(new AccessToken(DEVICE_TOKEN, Instant.parse("2030-01-01T00:00:00Z")), tokenOf(credentials.getFirst()));
        assertTrue(source.endsByItself());
        assertEquals(List.of("The shared access signature for [%s/devices/dev-001] ends at 2030-01-01T00:00:00Z: bring a new one before".formatted(HUB)),
                source.reviewExpirations());
        assertEquals(List.of(), source.reviewExpirations());
        assertSecretFree(source, credentials);
        assertRefused(source, CredentialTarget.hub(HUB, DeviceIdentity.ofDevice("dev-002")), "and not for device [dev-002] at hub [" + HUB + "]");
        assertRefused(source, REGISTRATION, "and not for registration [%s] in ID scope [0ne00000A0A]".formatted(REGISTRATION_ID));
    }

    @Test
    void testSignatureNamesWhomItIsFor() {
        assertEquals(Optional.of(new ConnectionDetails(HUB, DeviceIdentity.ofDevice("dev-001"), null)), detailsOf(HUB + "%2Fdevices%2Fdev-001"));
        assertEquals(Optional.of(new ConnectionDetails(HUB, DeviceIdentity.of("press%7", "opc"), null)), detailsOf(HUB + "/devices/press%257/modules/opc/"));
        for (final String noIdentity : List.of(HUB, HUB + "%2Fdevices", HUB + "/devices/", "0ne00000A0A%2Fregistrations%2Fdev-001", HUB + "/devices/a/b")) {
            assertEquals(Optional.empty(), detailsOf(noIdentity), noIdentity);
        }
    }

    private static Optional<ConnectionDetails> detailsOf(final String resource) {
        return new SignatureSource(SharedAccessSignature.parse("SharedAccessSignature sr=" + resource + "&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000"), ISSUER.clock())
                .findConnectionDetails();
    }

    @Test
    void testSignatureForRegistration() {
        final CredentialSource source = new SignatureSource(SharedAccessSignature.parse(REGISTRATION_TOKEN), ISSUER.clock());
        assertEquals(REGISTRATION_TOKEN, tokenOf(source.getCredentials(REGISTRATION).getFirst()).value());
    }

    @Test
    void testSignatureEnded() {
        final CredentialSource source = new SignatureSource(SharedAccessSignature.parse(DEVICE_TOKEN), clockAt("2030-01-01T00:00:00Z"));
        assertEquals(Verdict.FAILED, source.examine(null).getLast().verdict());
        assertRefused(source, DEVICE, "ended at 2030-01-01T00:00:00Z: make a new one and set it");
    }

    @Test
    void testConnectionString() {
        final ConnectionString string = ConnectionString.parse("HostName=%s:8883;DeviceId=dev-001;SharedAccessKey=%s;GatewayHostName=edge:18883".formatted(HUB, KEY_TEXT));
        final CredentialSource source = new ConnectionStringSource(string, new DeviceKeySource(KEY, null, ISSUER));
        final List<DeviceCredential> credentials = source.getCredentials(DEVICE);
        assertEquals(DEVICE_TOKEN, tokenOf(credentials.getFirst()).value());
        assertEquals(Optional.of(new ConnectionDetails(HUB + ":8883", DeviceIdentity.ofDevice("dev-001"), "edge:18883")), source.findConnectionDetails());
        assertSecretFree(source, credentials);
        assertRefused(source, REGISTRATION, "opens no registration");
        assertRefused(source, CredentialTarget.hub(HUB, DeviceIdentity.of("dev-001", "m")), "is that of [dev-001] and not of [dev-001/m]");
        assertRefused(source, CredentialTarget.hub("other.azure-devices.net", DeviceIdentity.ofDevice("dev-001")), "and not for [other.azure-devices.net]");
    }

    private static Clock clockAt(final String instant) {
        return Clock.fixed(Instant.parse(instant), ZoneOffset.UTC);
    }

    private static AccessToken tokenOf(final DeviceCredential credential) {
        return credential.createAccessToken().orElseThrow();
    }

    private static void assertRefused(final CredentialSource source, final CredentialTarget target, final String text) {
        final IoTHubException e = assertThrows(IoTHubException.class, () -> source.getCredentials(target));
        assertEquals(FailureCategory.INVALID_CONFIGURATION, e.getCategory());
        assertTrue(e.getMessage().contains(text), e.getMessage());
        assertFalse(e.getMessage().contains("sig="));
    }

    private static void assertSecretFree(final CredentialSource source, final List<DeviceCredential> credentials) {
        final String texts = source + source.examine(null).toString() + credentials + credentials.stream().map(DeviceCredential::getLabel).toList()
                + credentials.stream().map(CredentialSourceTest::tokenOf).toList()
                + credentials.stream().map(DeviceCredential::findRefusalHint).map(Optional::orElseThrow).toList();
        assertFalse(texts.contains("sig="));
        assertFalse(texts.contains("xKqO2eXs"));
        assertFalse(texts.contains(KEY_TEXT.substring(0, 8)));
    }
}
