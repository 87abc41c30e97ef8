/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.credentials.SharedAccessKey;
import io.github.nifiazuremqtt.services.protocol.ConnectionString;
import io.github.nifiazuremqtt.services.protocol.SharedAccessSignature;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connection strings, tokens and keys as people paste them: {@code C} stands for the plain one. */
class PastedCredentialsTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String CONNECTION_STRING = "HostName=contoso.azure-devices.net;DeviceId=dev-001;SharedAccessKey=" + KEY;

    private static final String FIELDS = "sr=contoso.azure-devices.net%2Fdevices%2Fdev-001&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000";

    private static final String TOKEN = "SharedAccessSignature " + FIELDS;

    @ParameterizedTest
    @ValueSource(strings = {"C", "\uFEFFC", "\u200B C\u00A0\n", "\"C\"", "'C'", "\u201CC\u201D", "\u201EC\u201C", "`C`", "'\"C\"'", "C;", "\"C\",",
        "IOTHUB_DEVICE_CONNECTION_STRING=C", "export IOTHUB_DEVICE_CONNECTION_STRING=\"C\"", "set X=C", "setx X \"C\"", "$env:X = \"C\"", "X: C",
        "device_connection_string: \"C\"", "connection_string = 'C'", "-e X=C", "\"connectionString\": \"C\",", "\"X=C\"",
        "{\"connectionString\": \"C\"}", "{\n  \"connectionString\": \"C\"\n}\n", "{\"device\": {\"id\": \"dev-001\", \"connectionString\": \"C\"}}"})
    void testConnectionStringIsRead(final String form) {
        final ConnectionString read = ConnectionString.parse(form.replaceFirst("(?<![A-Z])C(?![A-Za-z_])", CONNECTION_STRING));
        assertEquals(DeviceIdentity.ofDevice("dev-001"), read.identity());
        assertEquals(32, SharedAccessKey.parse(read.secret()).length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"C | begins with a quotation mark that has no partner",
        "C\" | ends with a quotation mark that has no partner",
        "{\"connectionString\": \"C\" | cannot be read as JSON",
        "{\"connectionString\": [\"C\", \"C\"]} | JSON in which there are 2",
        "{\"primaryKey\": \"K\"} | JSON in which there is none",
        "C;K | unknown part, number 4 of 4, with a name of 43 characters",
        "C;no | a part without name, number 4 of 4",
        "C;Shared=K | unknown part, number 4 of 4, with a name of 6 characters",
        "C;EntityPath=K | \"EntityPath\", as those of Event Hubs have",
        "C;DeviceId=K | DeviceId twice",
        "K | not a connection string"
    })
    void testConnectionStringIsRefused(final String form, final String reason) {
        final String message = assertThrows(WireFormatException.class, () -> ConnectionString.parse(
                form.replaceAll("(?<![a-z])K(?![a-z])", KEY).replaceAll("(?<![A-Z])C(?![A-Za-z])", CONNECTION_STRING))).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("AAEC"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "dev-001\u200B | U+200B ZERO WIDTH SPACE at position 8", "\uFEFFdev-001 | U+FEFF ZERO WIDTH NO-BREAK SPACE at position 1",
        "dev\u00AD-001 | U+00AD SOFT HYPHEN at position 4", "dev\u00A0001 | U+00A0 NO-BREAK SPACE at position 4", "dev 001 | U+0020 SPACE at position 4",
        "d\u0435v-001 | U+0435 CYRILLIC SMALL LETTER IE at position 2", "dev\u2013001 | U+2013 EN DASH at position 4"})
    void testCharacterOfAnIdIsNamed(final String deviceId, final String character) {
        final String device = assertThrows(WireFormatException.class, () -> ConnectionString.parse("HostName=h;DeviceId=" + deviceId + ";SharedAccessKey=" + KEY))
                .getMessage();
        assertTrue(device.startsWith("Connection string: Device ID [") && device.endsWith(": it has " + character), device);
        final String host = assertThrows(WireFormatException.class, () -> ConnectionString.parse("DeviceId=d;HostName=" + deviceId + ";SharedAccessKey=" + KEY))
                .getMessage();
        assertTrue(host.startsWith("Connection string, HostName: ") && host.endsWith("it has " + character), host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SharedAccessSignature  F", "SharedAccessSignature\tF", "sharedaccesssignature F", "SHAREDACCESSSIGNATURE\u00A0F", "F", "'F'",
        "\"SharedAccessSignature F\"", "\uFEFFSharedAccessSignature F\n", "{\"sas\": \"SharedAccessSignature F\"}", "TOKEN=\"SharedAccessSignature F\"",
        "Authorization: SharedAccessSignature F", "SharedAccessSignature=SharedAccessSignature F"})
    void testTokenIsRead(final String form) {
        assertEquals(TOKEN, SharedAccessSignature.parse(form.replaceFirst("F(?![a-z])", FIELDS)).text());
        assertEquals(TOKEN, SharedAccessSignature.parse(form.replaceFirst("F(?![a-z])", FIELDS.replace("sr=", "SR=").replace("sig=", "Sig=").replace("&se", " &se")
                .replace("%3D", "%3d"))).text());
    }

    @Test
    void testTokenThatNamesItsDevice() {
        final SharedAccessSignature token = SharedAccessSignature.parse(TOKEN.replace("dev-001", "dev-001%2Fapi-version=2016-11-14"));
        assertEquals(DeviceIdentity.ofDevice("dev-001"), token.findIdentity().orElseThrow());
        assertEquals("contoso.azure-devices.net", token.findHostName().orElseThrow());
        assertTrue(token.covers("contoso.azure-devices.net", DeviceIdentity.ofDevice("dev-001")));
        assertTrue(SharedAccessSignature.parse(TOKEN.replace("devices%2Fdev-001", "devices")).findIdentity().isEmpty());
        assertTrue(SharedAccessSignature.parse(TOKEN.replace("devices", "registrations")).findIdentity().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"K", " K\n", "\uFEFFK", "\"K\"", "DEVICE_KEY=K", "export DEVICE_KEY='K'", "{\"primaryKey\": \"K\"}", "AAECAwQFBgcICQoLDA0ODxAR\r\n EhMUFRYXGBkaGxwdHh8=",
        "AAECAwQFBgcICQoL\u200BDA0ODxAREhMUFRYXGBkaGxwdHh8", "primaryKey: K", "SharedAccessKey=K"})
    void testKeyIsRead(final String form) {
        assertTrue(SharedAccessKey.parse(KEY).isSameAs(SharedAccessKey.parse(form.replaceFirst("\\bK\\b", KEY))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"primaryKey\": \"K\", \"secondaryKey\": \"K\"} | JSON in which there are 2",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh | ends in the middle of a byte",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH | not base64",
        "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f | hexadecimal",
        "\u201CK | has no partner",
        "K\u20AC | U+20AC EURO SIGN at position 45",
        "HostName=h;SharedAccessKey=K | take only what stands behind SharedAccessKey="
    })
    void testKeyIsRefused(final String form, final String reason) {
        final String message = assertThrows(WireFormatException.class, () -> SharedAccessKey.parse(form.replaceAll("(?<![a-z])K(?![a-z])", KEY))).getMessage();
        assertTrue(message.contains(reason), message);
        assertFalse(message.contains("AAEC") || message.contains("00010203"), message);
    }

    @Test
    void testFilesOfUsers() throws IOException {
        assertEquals(KEY, ConnectionString.parse(read("connection-string-quoted.txt")).secret());
        assertEquals(TOKEN, SharedAccessSignature.parse(read("token-two-blanks.txt")).text());
        assertTrue(assertThrows(WireFormatException.class, () -> ConnectionString.parse(read("connection-string-zero-width-space.txt"))).getMessage()
                .endsWith("it has U+200B ZERO WIDTH SPACE at position 8"));
    }

    private static String read(final String name) throws IOException {
        try (InputStream file = PastedCredentialsTest.class.getResourceAsStream("/credentials/" + name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
