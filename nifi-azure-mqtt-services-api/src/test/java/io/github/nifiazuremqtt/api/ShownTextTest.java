/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.components.ValidationResult;
import org.apache.nifi.components.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTextTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static final String FORGED = "press-7\n2026-01-01 00:00:00,000 ERROR [main] forged\r\u2028\u202E\u200B\u00AD\u00A0\u0000\u001B[31m";

    @ParameterizedTest
    @ValueSource(strings = {
        "HostName=hub.azure-devices.net;DeviceId=dev;SharedAccessKey=" + KEY,
        "\"HostName=hub;DeviceId=dev;SharedAccessKey=AAECAwQF",
        "sharedaccesskey = AAECAwQF",
        "{\"primaryKey\": \"AAECAwQFBgcI\"}",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=AAECAwQFBgcI==",
        "SharedAccessSignature sr=hub&sig=xKqO2eXsIrURkgitta3tXk62e2mCnR%2FoqNu2BIFcnuE%3D&se=1893456000",
        "sr=hub&se=1&sig=AAECAwQF",
        "-----BEGIN PRIVATE KEY-----MIGHAgEA",
        "-----BEGIN RSA PRIVATE KEY",
        "-----END EC PRIVATE KEY-----",
        KEY,
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "'" + KEY + "'",
        "AREhMUFRYXGBkaGxwdHh8=",
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2"})
    void testSecretIsHidden(final String secret) {
        assertTrue(SecretForm.find(secret).isPresent());
        assertTrue(ShownText.value(secret).startsWith("%,d characters that look like a ".formatted(secret.length())), ShownText.value(secret));
        final String sentence = ShownText.sentence("Device [" + secret + "] is unknown");
        assertFalse(sentence.contains("AAEC") || sentence.contains("MIGH") || sentence.contains("xKqO") || sentence.contains("GBkaGxwdHh8"), sentence);
    }

    @Test
    void testKeysAreRecognizedAndNamesOfPeopleAreNot() {
        final Random random = new Random(8);
        for (int count = 0; count < 20_000; count++) {
            final byte[] bytes = new byte[count % 2 == 0 ? 32 : 64];
            random.nextBytes(bytes);
            assertTrue(SecretForm.find("[" + Base64.getEncoder().encodeToString(bytes) + "]").isPresent());
            assertEquals(Optional.empty(), SecretForm.find(HexFormat.of().formatHex(bytes)));
            assertEquals(Optional.empty(), SecretForm.find(HexFormat.of().withUpperCase().formatHex(bytes)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"press-7", "5f2c0a1e-7a4b-4c7e-9f11-0b8d1a2c3d4e", "vytxeTZskVKR7C7WgdSP3d", "contoso-hub.azure-devices.net",
        "Plant1Line2Station3Sensor4Temperature5Probe6Outlet", "/opt/NiFi2/certificates/Plant7/Line3/Station4/device", "dtmi:com:example:Thermostat;1",
        "Certificate text: [CN=press-7] issued by [CN=Plant Intermediate]", "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6", "temperatureSensorA1=5",
        "expected HostName=..;DeviceId=..;SharedAccessKey=..", "SharedAccessSignature sr=..&sig=..&se=..", "Gr\u00F6\u00DFe \u6E29\u5EA6"})
    void testOrdinaryTextStaysAsItIs(final String text) {
        assertEquals(text, ShownText.sentence(text));
        assertEquals(text, ShownText.value(text));
    }

    @Test
    void testValueCannotForgeLinesOrReorderThem() {
        final String shown = "press-7\\u000A2026-01-01 00:00:00,000 ERROR [main] forged\\u000D\\u2028\\u202E\\u200B\\u00AD\\u00A0\\u0000\\u001B[31m";
        assertEquals(shown, ShownText.value(FORGED));
        assertEquals("Device [press-7 2026-01-01 00:00:00,000 ERROR [main] forged \\u2028\\u202E\\u200B\\u00AD\\u00A0\\u0000\\u001B[31m] is unknown",
                ShownText.sentence("Device [" + FORGED + "] is unknown\n"));
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void testLengthIsBounded() {
        for (final String part : new String[] {"x", "aB1", "-", "PRIVATE KEY-", "sig=", "\uD83D\uDE00", KEY + "\n"}) {
            final String megabyte = part.repeat(1_000_000 / part.length());
            assertTrue(ShownText.value(megabyte).length() < 1_200);
            final String sentence = ShownText.sentence("Device [" + megabyte + "] is unknown");
            assertTrue(sentence.length() <= 2_000);
            assertEquals(sentence, ShownText.sentence(sentence));
        }
        assertEquals("x".repeat(100) + "... (1,000,000 characters)", ShownText.value("x".repeat(1_000_000)));
    }

    @Test
    void testExceptionAndWhatStandsBelowIt() {
        final Exception foreign = new IllegalStateException("The handler said " + FORGED, new IOException("x".repeat(1_000_000) + KEY));
        final IoTHubException failure = new IoTHubException(FailureCategory.REFUSED, "Device [" + FORGED + "]: " + KEY, foreign);
        final String log = stackTrace(failure);
        assertTrue(log.contains("Caused by: java.lang.IllegalStateException: The handler said press-7 2026"), log);
        assertTrue(log.contains("Caused by: java.io.IOException: xxxx"), log);
        assertTrue(log.contains("testExceptionAndWhatStandsBelowIt"), log);
        assertTrue(log.lines().noneMatch(line -> line.startsWith("2026") || line.length() > 2_200), log);
        assertFalse(log.contains(KEY) || log.chars().anyMatch(character -> character != '\n' && character != '\t' && ShownText.isInvisible(character)), log);
    }

    @Test
    void testExceptionThatReadsWellIsKept() {
        final Exception cause = new IllegalStateException("Connection reset", new IOException());
        assertSame(cause, new IoTHubException(FailureCategory.CONNECTION_LOST, "Device [press-7]: connection lost", cause).getCause());
        assertEquals("Device [press-7]: connection lost", new IoTHubException(FailureCategory.CONNECTION_LOST, "Device [press-7]: connection lost").getMessage());
    }

    @Test
    void testCharacterIsNamed() {
        assertEquals("U+200B ZERO WIDTH SPACE at position 8", ShownText.character("dev-001\u200B", 7));
        assertEquals("U+FEFF ZERO WIDTH NO-BREAK SPACE at position 1", ShownText.character("\uFEFFdev-001", 0));
    }

    @Test
    void testSecretFreeValidatorRepeatsNothing() {
        final Validator echo = (subject, input, context) -> new ValidationResult.Builder().subject(subject).input(input).valid(input.length() < 5)
                .explanation("the value [" + input + "] is too long").build();
        final SecretFreeValidator validator = new SecretFreeValidator(echo);
        assertEquals("'Host Name' is invalid because it looks like a key in base64 (44 characters), and NiFi shows and keeps this property as it is: remove it here, "
                + "put it into a sensitive property of the credentials service, and make a new one if others could see it",
                validator.validate("Host Name", KEY, null).toString());
        assertTrue(validator.validate("Host Name", KEY.substring(0, 20), null).toString().contains("looks like a key"));
        assertEquals("'Host Name' is invalid because the value [what is given] is too long", validator.validate("Host Name", "Correct horse", null).toString());
        assertTrue(validator.validate("Host Name", "hub", null).isValid());
    }

    private static String stackTrace(final Throwable failure) {
        final StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
