/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.certificate.CertificateAuthority;
import io.github.nifiazuremqtt.emulator.certificate.CertificateProfile;
import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.github.nifiazuremqtt.emulator.time.AdjustableClock;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorityRegistryTest {

    private final AdjustableClock clock = new AdjustableClock();
    private final AuthorityRegistry registry = new AuthorityRegistry(clock);
    private final CertificateAuthority root = CertificateAuthority.root("Root");

    @Test
    void testProofOfPossession() {
        final List<X509Certificate> device = root.issue(CertificateProfile.client("press-4")).chain();
        assertFalse(registry.add("plant", root.certificate()).verified());
        assertTrue(registry.issuerOf(device).isEmpty());

        final String code = registry.generateVerificationCode("plant").verificationCode();
        registry.verify("plant", root.issue(CertificateProfile.client(code)).certificate());

        assertEquals("plant", registry.issuerOf(device).orElseThrow().name());
    }

    @Test
    void testNoProof() {
        registry.add("plant", root.certificate());
        final X509Certificate early = root.issue(CertificateProfile.client("no code")).certificate();
        assertThrows(IllegalArgumentException.class, () -> registry.verify("plant", early));

        final String oldCode = registry.generateVerificationCode("plant").verificationCode();
        final String code = registry.generateVerificationCode("plant").verificationCode();
        final X509Certificate forOldCode = root.issue(CertificateProfile.client(oldCode)).certificate();
        final X509Certificate byNamesake = CertificateAuthority.root("Root").issue(CertificateProfile.client(code)).certificate();
        final X509Certificate bySelf = CertifiedKey.selfSigned(CertificateProfile.client(code)).certificate();

        for (final X509Certificate proof : List.of(forOldCode, byNamesake, bySelf)) {
            assertThrows(IllegalArgumentException.class, () -> registry.verify("plant", proof));
        }
        assertFalse(registry.find("plant").orElseThrow().verified());
    }

    @Test
    void testOnlyAuthoritiesAdded() {
        final X509Certificate leaf = root.issue(CertificateProfile.client("press-4")).certificate();

        assertThrows(IllegalArgumentException.class, () -> registry.addVerified("plant", leaf));
    }

    @Test
    void testChains() {
        final CertificateAuthority intermediate = root.intermediate("Line 1");
        final CertificateAuthority namesake = CertificateAuthority.root("Root");
        registry.addVerified("plant", root.certificate());
        final CertifiedKey device = intermediate.issue(CertificateProfile.client("press-4"));

        assertTrue(registry.issuerOf(device.chain()).isPresent());
        assertTrue(registry.issuerOf(device.chain().subList(0, 2)).isPresent());
        assertTrue(registry.issuerOf(device.chain().subList(0, 1)).isEmpty());
        assertTrue(registry.issuerOf(namesake.issue(CertificateProfile.client("press-4")).chain()).isEmpty());
        assertTrue(registry.issuerOf(CertifiedKey.selfSigned(CertificateProfile.client("press-4")).chain()).isEmpty());

        registry.remove("plant");
        assertTrue(registry.issuerOf(device.chain()).isEmpty());
        registry.addVerified("line", intermediate.certificate());
        assertTrue(registry.issuerOf(device.chain().subList(0, 1)).isPresent());
        assertTrue(registry.hasIssued("line", device.chain()));
        assertFalse(registry.hasIssued("plant", device.chain()));
    }

    @Test
    void testDeviceIsNoAuthority() {
        registry.addVerified("plant", root.certificate());
        final CertifiedKey device = root.issue(CertificateProfile.client("press-4"));

        assertThrows(IllegalArgumentException.class, () -> new CertificateAuthority(device));
        assertTrue(registry.issuerOf(List.of(CertifiedKey.selfSigned(CertificateProfile.client("press-5")).certificate(), device.certificate())).isEmpty());
    }

    @Test
    void testExpiredChain() {
        registry.addVerified("plant", root.certificate());
        final List<X509Certificate> device = root.issue(CertificateProfile.client("press-4")).chain();

        clock.advance(Duration.ofDays(366));

        assertTrue(registry.issuerOf(device).isEmpty());
    }
}
