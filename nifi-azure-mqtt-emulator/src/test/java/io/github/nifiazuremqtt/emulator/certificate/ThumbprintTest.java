/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.certificate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThumbprintTest {

    @Test
    void testSpellings() {
        final CertifiedKey key = CertifiedKey.selfSigned(CertificateProfile.client("sensor-17"));
        final CertifiedKey other = CertifiedKey.selfSigned(CertificateProfile.client("sensor-17"));

        for (final Thumbprint thumbprint : new Thumbprint[] {Thumbprint.sha1(key.certificate()), Thumbprint.sha256(key.certificate())}) {
            final String colons = thumbprint.hex().toLowerCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
            assertTrue(new Thumbprint(colons).matches(key.certificate()));
            assertFalse(thumbprint.matches(other.certificate()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "zz", "0000000000000000000000000000000000000000000000000000000000000000000000"})
    void testRefused(final String text) {
        assertThrows(IllegalArgumentException.class, () -> new Thumbprint(text));
    }
}
