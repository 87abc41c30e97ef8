/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.protocol.SasResource;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published and computed test vectors of contract section 2.6. */
class SharedAccessKeyTest {

    private static final String K = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String CLI = "+XLy+MVZ+aTeOnVzN2kLeB16O+kSxmz6g3rS6fAf6rw=";

    private static final String GROUP = "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

    private static final String DERIVED = "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=";

    private static final String REGISTRATION_ID = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";

    private static final String HUB = "contoso-hub.azure-devices.net";

    private static final String CLI_HUB = "iot-hub-for-test.azure-devices.net";

    private static final long END = 1893456000;

    @TestFactory
    Stream<DynamicTest> testVectors() {
        final SasResource device = SasResource.identity(HUB, DeviceIdentity.ofDevice("dev-001"));
        final SasResource cliDevice = SasResource.identity(CLI_HUB, DeviceIdentity.ofDevice("iot-device-for-test"));
        final SasResource cliModule = SasResource.identity(CLI_HUB, DeviceIdentity.of("iot-device-for-test", "module-for-test"));
        final SasResource registration = SasResource.registration("0ne00000A0A", REGISTRATION_ID);
        return Stream.of(
                vector("V1 device", K, device, END, null,
                        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000"),
                vector("V2 lower-case hexadecimal", K, new SasResource("contoso-hub.azure-devices.net%2fdevices%2fdev-001"), END, null,
                        "sr=contoso-hub.azure-devices.net%2fdevices%2fdev-001&sig=LX92SF3naO41fmWWXzTm9at27IbL9XP71mYkuzNlG9s%3D&se=1893456000"),
                vector("V3 raw slashes", K, new SasResource("contoso-hub.azure-devices.net/devices/dev-001"), END, null,
                        "sr=contoso-hub.azure-devices.net/devices/dev-001&sig=z4n4joFzKa2SGFiK6lB9EerzsU3jAlEOYXkb9Z%2B7ZT4%3D&se=1893456000"),
                vector("V4 module", K, SasResource.identity(HUB, DeviceIdentity.of("dev-001", "mod-a")), END, null,
                        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001%2Fmodules%2Fmod-a&sig=lMkfJB%2BtELM0xo4pyCh12VgAVqhkHwoFdg2DUKyDNfI%3D&se=1893456000"),
                vector("V5 policy, device scope", K, device, END, "device",
                        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000&skn=device"),
                vector("V6 policy, hub scope", K, SasResource.hub(HUB), END, "iothubowner",
                        "sr=contoso-hub.azure-devices.net&sig=v7b%2B6OlOWv2ujvT9V91LYnE4e6ACRwNsAjmbl%2BcJq5w%3D&se=1893456000&skn=iothubowner"),
                vector("V7 odd device id", K, SasResource.identity(HUB, DeviceIdentity.ofDevice("a@b#c$d(1)=x")), END, null,
                        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fa%40b%23c%24d%281%29%3Dx&sig=%2F0wZ9caLMyMmMXlweVnDyCRQTV0x5cqOtudUHo9ao9I%3D&se=1893456000"),
                vector("V8 expired", K, device, 1577836800, null,
                        "sr=contoso-hub.azure-devices.net%2Fdevices%2Fdev-001&sig=rg%2Bbqmen65wTTjTWOAvYxz9eb%2FGuEZZ%2Fz%2BYzdfW3VhY%3D&se=1577836800"),
                vector("V9 Node", "cGFzc3dvcmQ=", new SasResource("uri"), 12345, null, "sr=uri&sig=kcWxXAK2OAaAoq2oCkaGzX2NMqDB8nCyNuq2fPYCDhk%3D&se=12345"),
                vector("V10 Node, unpadded key", "key", new SasResource("host%2Fdevices%2Fdevice"), 12345, null,
                        "sr=host%2Fdevices%2Fdevice&sig=wM3XiP6gD960IxP7J5WHqnxQHEcWC6YaQCtoMT%2BkKHc%3D&se=12345"),
                vector("V11 command line", CLI, cliDevice, 1471940363, null,
                        "sr=iot-hub-for-test.azure-devices.net%2Fdevices%2Fiot-device-for-test&sig=SIumZ1ACqqPJZ2okHDlW9MSYKykEpqsQY3z6FMOICd4%3D&se=1471940363"),
                vector("V12 command line, policy", CLI, SasResource.hub(CLI_HUB), 1471940363, "iothubowner",
                        "sr=iot-hub-for-test.azure-devices.net&sig=770sPjjYxRYpNz8%2FhEN7XR5XU5KDGYGTinSP8YyeTXw%3D&se=1471940363&skn=iothubowner"),
                vector("V13 command line, module by policy", CLI, cliModule, 1471940363, "iothubowner",
                        "sr=iot-hub-for-test.azure-devices.net%2Fdevices%2Fiot-device-for-test%2Fmodules%2Fmodule-for-test"
                                + "&sig=JwAxBBBPYA0E%2FTHdnrXzUfBfuZ7deH6pppCniJ23Uu0%3D&se=1471940363&skn=iothubowner"),
                dynamicTest("V14 derived key",
                        () -> assertTrue(SharedAccessKey.parse(GROUP).derive(REGISTRATION_ID).isSameAs(SharedAccessKey.parse(DERIVED)))),
                vector("V15 registration", DERIVED, registration, END, "registration",
                        "sr=0ne00000A0A%2Fregistrations%2Fsn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
                                + "&sig=G7MjtBiGDoPFvcraAETYRy8NoPgYc7P10zGeiy%2F1j4s%3D&se=1893456000&skn=registration"),
                vector("V15 without policy", DERIVED, registration, END, null,
                        "sr=0ne00000A0A%2Fregistrations%2Fsn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"
                                + "&sig=G7MjtBiGDoPFvcraAETYRy8NoPgYc7P10zGeiy%2F1j4s%3D&se=1893456000"),
                vector("V16 Java", DERIVED, new SasResource("0ne00000A0A/registrations/sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6"), END, "",
                        "sr=0ne00000A0A/registrations/sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6&sig=qpIsrloi8Jvjr6VNlLd1Nyl5psB5KmjNgq%2FDdK0dP4Y%3D&se=1893456000&skn="));
    }

    @Test
    void testParse() {
        assertEquals(32, SharedAccessKey.parse(" " + K + "\n").length());
        assertTrue(SharedAccessKey.parse(K).isSameAs(SharedAccessKey.parse(K.replace("=", ""))));
        assertFalse(SharedAccessKey.parse(K).isSameAs(SharedAccessKey.parse(CLI)));
        assertEquals("SharedAccessKey[64 bytes]", SharedAccessKey.parse(GROUP).toString());
        assertEquals(16, SharedAccessKey.parse(Base64.getEncoder().encodeToString(new byte[16])).length());
    }

    @ParameterizedTest
    @CsvSource({
        "'', Key has 0 bytes", "cGFzc3dvcmQ=, Key has 8 bytes", "not a key!, Key is not base64",
        "AAECAwQFBgcICQoLDA0ODxAREhMU-_YXGBkaGxwdHh8=, Key is not base64", "HostName=h;DeviceId=d;SharedAccessKey=AAECAwQF, connection string or a token"
    })
    void testRefused(final String text, final String reason) {
        final String message = assertThrows(WireFormatException.class, () -> SharedAccessKey.parse(text)).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("AAECAwQF"));
    }

    private static DynamicTest vector(final String name, final String key, final SasResource resource, final long expiration, final String policyName,
                                      final String expected) {
        return dynamicTest(name, () -> assertEquals("SharedAccessSignature " + expected,
                SharedAccessKey.decode(key).sign(resource, expiration, policyName).text()));
    }
}
