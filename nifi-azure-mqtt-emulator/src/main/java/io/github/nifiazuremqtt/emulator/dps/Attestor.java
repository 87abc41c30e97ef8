/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import io.github.nifiazuremqtt.emulator.certificate.CommonName;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.sas.SasToken;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.trust.AuthorityRegistry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Finds the enrollment that a claim belongs to: that of the device itself, or else a group. */
final class Attestor {

    private static final Set<String> POLICIES = Set.of("", "registration");
    private static final int ROW_TOKEN = 66;
    private static final int ROW_CERTIFICATE = 68;

    private final Enrollments enrollments;
    private final AuthorityRegistry authorities;
    private final Set<DpsSwitch> switches;
    private final Clock clock;
    private final Supplier<EmulatorTimings> timings;

    Attestor(final Enrollments enrollments, final AuthorityRegistry authorities, final Set<DpsSwitch> switches, final Clock clock,
             final Supplier<EmulatorTimings> timings) {
        this.enrollments = enrollments;
        this.authorities = authorities;
        this.switches = switches;
        this.clock = clock;
        this.timings = timings;
    }

    Enrollment attest(final Claim claim) throws ProvisioningRefusedException {
        return claim.isToken() ? byToken(claim) : byCertificate(claim);
    }

    private Enrollment byToken(final Claim claim) throws ProvisioningRefusedException {
        final SasToken token = SasToken.parse(claim.password()).orElseThrow(() -> unauthorized("the password is not a token"));
        final Instant now = clock.instant();
        if (now.isAfter(token.expiresAt().plus(timings.get().tokenSkew()))) {
            throw unauthorized("the token has expired at %s, it is %s".formatted(token.expiresAt(), now));
        }

        if (!token.covers(claim.idScope() + "/registrations/" + claim.registrationId())) {
            throw unauthorized("the token is for [%s]".formatted(token.resource()));
        }

        if (!POLICIES.contains(token.policy())) {
            throw unauthorized("the policy is [%s]".formatted(token.policy()));
        }

        final Optional<Enrollment> individual = enrollments.individual(claim.registrationId());
        return individual.isPresent() ? signedBy(token, individual.get()) : group(token, claim.registrationId());
    }

    private static Enrollment signedBy(final SasToken token, final Enrollment individual) throws ProvisioningRefusedException {
        if (individual.attestation().type() != Attestation.Type.SYMMETRIC_KEY || !individual.attestation().isSignedBy(token)) {
            throw unauthorized("the signature was not made with a key of the enrollment");
        }

        return individual;
    }

    private Enrollment group(final SasToken token, final String registrationId) throws ProvisioningRefusedException {
        for (final Enrollment group : enrollments.groups()) {
            if (group.attestation().type() == Attestation.Type.SYMMETRIC_KEY) {
                if (group.attestation().isSignedByKeyDerivedFor(token, registrationId)) {
                    return group;
                }

                if (group.attestation().isSignedBy(token)) {
                    throw unauthorized("the key of the group [%s] was used instead of the key derived from it".formatted(group.id()));
                }
            }
        }

        if (switches.contains(DpsSwitch.UNKNOWN_ID_NOT_FOUND)) {
            throw new ProvisioningRefusedException(ProvisioningRefusedException.ENROLLMENT_NOT_FOUND, ROW_TOKEN, "no enrollment knows the device");
        }

        throw unauthorized("no enrollment knows the device, or its key is another");
    }

    private Enrollment byCertificate(final Claim claim) throws ProvisioningRefusedException {
        if (claim.certificates().isEmpty()) {
            throw invalidCertificate("neither password nor client certificate");
        }

        final X509Certificate leaf = claim.certificates().getFirst();
        final Instant now = clock.instant();
        if (now.isBefore(leaf.getNotBefore().toInstant()) || now.isAfter(leaf.getNotAfter().toInstant())) {
            throw invalidCertificate("the certificate is valid from %s to %s, it is %s".formatted(
                    leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant(), now));
        }

        final String commonName = CommonName.of(leaf).orElse("");
        if (!commonName.equalsIgnoreCase(claim.registrationId())) {
            throw invalidCertificate("the common name [%s] is not the registration id".formatted(commonName));
        }

        final Optional<Enrollment> individual = enrollments.individual(claim.registrationId());
        if (individual.isPresent()) {
            final Attestation attestation = individual.get().attestation();
            if (attestation.type() != Attestation.Type.CLIENT_CERTIFICATE || !new Thumbprint(attestation.primary()).matches(leaf)) {
                throw invalidCertificate("the certificate is not that of the enrollment");
            }

            return individual.get();
        }

        return enrollments.groups().stream()
                .filter(group -> group.attestation().type() == Attestation.Type.AUTHORITY)
                .filter(group -> authorities.hasIssued(group.attestation().primary(), claim.certificates()))
                .findFirst()
                .orElseThrow(() -> invalidCertificate("the chain leads to the verified authority of no enrollment group"));
    }

    private static ProvisioningRefusedException unauthorized(final String reason) {
        return new ProvisioningRefusedException(ProvisioningRefusedException.UNAUTHORIZED, ROW_TOKEN, reason);
    }

    private static ProvisioningRefusedException invalidCertificate(final String reason) {
        return new ProvisioningRefusedException(ProvisioningRefusedException.INVALID_CERTIFICATE, ROW_CERTIFICATE, reason);
    }
}
