/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.sas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SasTokenTest {

    private static final String K = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String CLI_KEY = "+XLy+MVZ+aTeOnVzN2kLeB16O+kSxmz6g3rS6fAf6rw=";
    private static final String GROUP_KEY = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";
    private static final String REGISTRATION = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";
    private static final Instant YEAR_2030 = Instant.parse("2030-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "V1, " + K + ", sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000",
        "V2, " + K + ", sr=contoso-hub.azure-devices.net%2fdevices%2fdev-001&sig=LX92SF3naO41fmWWXzTm9at27IbL9XP71mYkuzNlG9s%3D&se=1893456000",
        "V3, " + K + ", sr=contoso-hub.azure-devices.net/devices/dev-001&sig=z4n4joFzKa2SGFiK6lB9EerzsU3jAlEOYXkb9Z%2B7ZT4%3D&se=1893456000",
        "V4, " + K + ", sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001%2Fmodules%2Fmod-a&sig=lMkfJB%2BtELM0xo4pyCh12VgAVqhkHwoFdg2DUKyDNfI%3D&se=1893456000",
        "V5, " + K + ", sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000&skn=device",
        "V6, " + K + ", sr=contoso-hub.azure-devices.net&sig=v7b%2B6OlOWv2ujvT9V91LYnE4e6ACRwNsAjmbl%2BcJq5w%3D&se=1893456000&skn=iothubowner",
        "V7, " + K + ", sr=contoso-hub.azure-devices.net%2Fdevices%2Fa%40b%23c%24d%281%29%3Dx&sig=%2F0wZ9caLMyMmMXlweVnDyCRQTV0x5cqOtudUHo9ao9I%3D&se=1893456000",
        "V8, " + K + ", sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=rg%2Bbqmen65wTTjTWOAvYxz9eb%2FGuEZZ%2Fz%2BYzdfW3VhY%3D&se=1577836800",
        "V9, cGFzc3dvcmQ=, sr=uri&sig=kcWxXAK2OAaAoq2oCkaGzX2NMqDB8nCyNuq2fPYCDhk%3D&se=12345",
        "V10, key, sr=host%2Fdevices%2Fdevice&sig=wM3XiP6gD960IxP7J5WHqnxQHEcWC6YaQCtoMT%2BkKHc%3D&se=12345",
        "V11, " + CLI_KEY + ", sr=iot-hub-for-test.azure-devices.net%2Fdevices%2Fiot-device-for-test&sig=SIumZ1ACqqPJZ2okHDlW9MSYKykEpqsQY3z6FMOICd4%3D"
            + "&se=1471940363",
        "V12, " + CLI_KEY + ", sr=iot-hub-for-test.azure-devices.net&sig=770sPjjYxRYpNz8%2FhEN7XR5XU5KDGYGTinSP8YyeTXw%3D&se=1471940363&skn=iothubowner",
        "V13, " + CLI_KEY + ", sr=iot-hub-for-test.azure-devices.net%2Fdevices%2Fiot-device-for-test%2Fmodules%2Fmodule-for-test"
            + "&sig=JwAxBBBPYA0E%2FTHdnrXzUfBfuZ7deH6pppCniJ23Uu0%3D&se=1471940363&skn=iothubowner",
        "V15, Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=, sr=0ne00000A0A%2Fregistrations%2Fsn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
            + "&sig=G7MjtBiGDoPFvcraAETYRy8NoPgYc7P10zGeiy%2F1j4s%3D&se=1893456000&skn=registration",
        "V16, Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=, sr=0ne00000A0A/registrations/sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
            + "&sig=qpIsrloi8Jvjr6VNlLd1Nyl5psB5KmjNgq%2FDdK0dP4Y%3D&se=1893456000&skn=",
    })
    void testSignatureIsVerifiedOverTheSpellingReceived(final String name, final String key, final String fields) {
        final SasToken token = SasToken.parse("SharedAccessSignature " + fields).orElseThrow();
        assertTrue(token.isSignedWith(key), name);
        assertFalse(token.isSignedWith(Character.isDigit(key.charAt(0)) ? "AAAA" : "AAAB"), name);
    }

    @Test
    void testDerivedKey() {
        assertEquals("Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=", SasToken.derivedKey(GROUP_KEY, REGISTRATION));
    }

    @Test
    void testTokenIsMadeLikeVectorV1() {
        assertEquals("SharedAccessSignature sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001"
                + "&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000",
                SasToken.sign("contoso-hub.azure-devices.net/devices/dev-001", K, YEAR_2030, "").text());
    }

    @Test
    void testTokenWithPolicyIsMadeLikeVectorV6() {
        assertEquals("SharedAccessSignature sr=contoso-hub.azure-devices.net&sig=v7b%2B6OlOWv2ujvT9V91LYnE4e6ACRwNsAjmbl%2BcJq5w%3D"
                + "&se=1893456000&skn=iothubowner", SasToken.sign("contoso-hub.azure-devices.net", K, YEAR_2030, "iothubowner").text());
    }

    @Test
    void testFieldOrderAndCaseOfNamesAreFree() {
        final SasToken token = SasToken.parse("SharedAccessSignature SIG=kcWxXAK2OAaAoq2oCkaGzX2NMqDB8nCyNuq2fPYCDhk%3D&Se=12345&SR=uri").orElseThrow();
        assertTrue(token.isSignedWith("cGFzc3dvcmQ="));
        assertEquals(Instant.ofEpochSecond(12345), token.expiresAt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "SharedAccessSignature", "SharedAccessSignature sr=a&sig=b", "SharedAccessSignature sr=a&se=1",
        "SharedAccessSignature sig=b&se=1", "SharedAccessSignature sr=a&sig=b&se=soon", "SharedAccessSignature sr=a&sig=%zz&se=1",
        "sharedaccesssignature sr=a&sig=b&se=1"})
    void testWhatIsNoToken(final String text) {
        assertTrue(SasToken.parse(text).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"hub%2Fdevices%2Fdev-001, true", "hub, true", "HUB/devices, true", "hub/devices/dev-00, false", "hub/devices/DEV-001, false",
        "other/devices/dev-001, false", "hub/devices/dev-001/modules/m, false", "hub/devices/dev%zz, false"})
    void testScopeIsComparedBySegments(final String resource, final boolean covers) {
        assertEquals(covers, new SasToken(resource, "", 0, "").covers("hub/devices/dev-001"));
    }

    @Test
    void testTextHidesTheSignature() {
        assertFalse(SasToken.sign("uri", K, YEAR_2030, "").toString().contains("sig"));
        assertFalse(ConnectionString.parse("HostName=h;DeviceId=d;SharedAccessKey=" + K).toString().contains(K));
    }
}
