/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedAccessSignatureTest {

    private static final String HUB = "contoso-hub.azure-devices.net";

    private static final DeviceIdentity DEVICE = DeviceIdentity.ofDevice("dev-001");

    private static final DeviceIdentity MODULE = DeviceIdentity.of("dev-001", "mod-a");

    @Test
    void testResource() {
        assertEquals("contoso-hub.azure-devices.net%2Fdevices%2Fa%40b%23c%24d%281%29%3Dx", SasResource.identity(HUB, DeviceIdentity.ofDevice("a@b#c$d(1)=x")).encoded());
        assertEquals("contoso-hub.azure-devices.net%2Fdevices%2Fdev-001%2Fmodules%2Fmod-a", SasResource.identity(HUB, MODULE).encoded());
        assertEquals(HUB, SasResource.hub(HUB).encoded());
        assertEquals("0ne00000A0A%2Fregistrations%2Fsn-007", SasResource.registration("0ne00000A0A", "sn-007").encoded());
        assertEquals(HUB + "\n1893456000", SasResource.hub(HUB).toSign(1893456000));
    }

    @Test
    void testConstructAndParse() {
        final SharedAccessSignature made = SharedAccessSignature.of(SasResource.hub(HUB), "xKqO2eXsIrURkgitta3tXk62e2mCnR/oqNu2BIFcnuE=", 1893456000, "iothub owner");
        assertEquals("SharedAccessSignature sr=contoso-hub.azure-devices.net&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000&skn=iothub%20owner", made.text());
        assertEquals(made, SharedAccessSignature.parse(made.text()));
        assertFalse(made.toString().contains("xKqO"));
    }

    @ParameterizedTest
    @CsvSource({
        "SharedAccessSignature sr=contoso-hub.azure-devices.net%2fdevices%2fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000",
        "SharedAccessSignature sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000&sr=contoso-hub.azure-devices.net/devices/dev-001",
        "sharedaccesssignature SR=Contoso-Hub.azure-devices.net%2Fdevices%2Fdev-001&Sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&SE=1893456000&skn=",
        "' SharedAccessSignature sr=contoso-hub.azure-devices.net/devices/dev-001/&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR/oqNu2BIFcnuE=&se=1893456000&skn=device '"
    })
    void testSpellings(final String text) {
        final SharedAccessSignature signature = SharedAccessSignature.parse(text);
        assertTrue(signature.text().startsWith("SharedAccessSignature s"), signature.text());
        assertTrue(signature.text().contains("sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&"), signature.text());
        assertEquals(Instant.parse("2030-01-01T00:00:00Z"), signature.expiration());
        assertEquals(text.contains("skn=device"), signature.findPolicyName().isPresent());
        assertTrue(signature.covers(HUB, DEVICE));
        assertTrue(signature.covers(HUB, MODULE));
        assertFalse(signature.covers(HUB, DeviceIdentity.ofDevice("dev-0011")));
        assertFalse(signature.covers(HUB, DeviceIdentity.ofDevice("Dev-001")));
        assertFalse(signature.covers("other-hub.azure-devices.net", DEVICE));
    }

    @ParameterizedTest
    @CsvSource({"contoso-hub.azure-devices.net, true", "contoso-hub.azure-devices.net%2Fdevices, true", "contoso-hub, false", "contoso-hub.azure-devices.net%2Fdev, false",
        "contoso-hub.azure-devices.net%2Fdevices%2Fdev-001%2Fmodules%2Fmod-a, false", "%2F, false"})
    void testScopes(final String resource, final boolean covers) {
        assertEquals(covers, SharedAccessSignature.parse("SharedAccessSignature sr=" + resource + "&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1").covers(HUB, DEVICE));
    }

    @Test
    void testRegistration() {
        final SharedAccessSignature signature = SharedAccessSignature.of(SasResource.registration("0ne1", "SN-7"), "x", 1, "registration");
        assertTrue(signature.coversRegistration("0ne1", "sn-7"));
        assertFalse(signature.coversRegistration("0ne1", "sn-77"));
        assertFalse(signature.coversRegistration("0ne2", "sn-7"));
    }

    @ParameterizedTest
    @CsvSource({
        "topsecret, does not start with",
        "SharedAccessSignature topsecret, without name and value",
        "SharedAccessSignature sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1, no field \"sr\"",
        "SharedAccessSignature sr=a&se=1, no field \"sig\"",
        "SharedAccessSignature sr=a&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D, no field \"se\"",
        "SharedAccessSignature sr=a&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=tomorrow, not a number of seconds",
        "SharedAccessSignature sr=a&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=999999999999999999, not a number of seconds",
        "SharedAccessSignature sr=a&sig=topsecret&se=1, not base64",
        "SharedAccessSignature sr=a&sig=dG9wc2VjcmV0&se=1, has 9 bytes",
        "SharedAccessSignature sr=a&sig=topsecret&se=1&sr=b, field \"sr\" twice",
        "SharedAccessSignature sr=a&topsecret=topsecret&se=1, unknown field",
        "SharedAccessSignature sr=a%2&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1, not percent-encoded"
    })
    void testRefused(final String text, final String reason) {
        final String message = assertThrows(WireFormatException.class, () -> SharedAccessSignature.parse(text)).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("topsecret") || message.contains("dG9wc2Vj"));
    }
}
