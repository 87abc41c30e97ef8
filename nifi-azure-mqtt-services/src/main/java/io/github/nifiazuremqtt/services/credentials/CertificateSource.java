/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.CredentialTarget.Service;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Client certificates (contract sections 1.9 and 8.1). They are read for each connection, so that a renewed one is taken without a restart.
 */
public final class CertificateSource implements CredentialSource {

    private static final String SHA_256 = "SHA-256";

    private final CertificateLoader loader;

    private final Clock clock;

    private final ExpirationNotices notices = new ExpirationNotices();

    private final Map<CertificateOwner, Instant> expirations = new ConcurrentHashMap<>();

    public CertificateSource(final CertificateLoader loader, final Clock clock) {
        this.loader = loader;
        this.clock = clock;
    }

    @Override
    public List<DeviceCredential> getCredentials(final CredentialTarget target) {
        final CertificateOwner owner = CertificateOwner.of(target);
        final ClientCertificate certificate = loader.load(owner);
        CertificateChecks.check(certificate, clock.instant());
        if (target.service() == Service.DEVICE_PROVISIONING && !owner.isNamed(certificate.commonName())) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, ("%s: the common name is [%s] and the Device Provisioning Service wants the "
                    + "registration id [%s]; make a certificate with it, or register with the common name as id")
                    .formatted(certificate.origin(), certificate.commonName(), target.registrationId()));
        }

        expirations.put(owner, certificate.expiration());
        return List.of(new CertificateCredential(certificate, refusalHint(certificate, owner)));
    }

    @Override
    public List<Finding> examine(final DeviceIdentity identity) {
        final String step = "Read Certificate";
        if (identity == null && loader.isPerDevice()) {
            return List.of(Finding.skipped(step, "Each device has a certificate of its own: give a value for iothub.device.id to examine that of one device"));
        }

        final CertificateOwner owner = identity == null ? null : new CertificateOwner(identity, identity.deviceId());
        final List<Finding> findings = new ArrayList<>();
        try {
            final ClientCertificate certificate = loader.load(owner);
            findings.add(Finding.good(step, "%s: [%s] issued by [%s], %d in the chain, good until %s. Thumbprints: SHA-256 %s, SHA-1 %s"
                    .formatted(certificate.origin(), certificate.subject(), certificate.issuer(), certificate.chain().size(), certificate.expiration(),
                            certificate.thumbprint(SHA_256), certificate.thumbprint("SHA-1"))));
            findings.add(examine(certificate));
            if (owner != null) {
                findings.add(Finding.good("Compare Common Name", refusalHint(certificate, owner)));
            }
        } catch (final IoTHubException e) {
            findings.add(Finding.failed(step, e.getMessage()));
        }

        return findings;
    }

    @Override
    public boolean endsByItself() {
        return true;
    }

    @Override
    public List<String> reviewExpirations() {
        final Instant now = clock.instant();
        final List<String> sentences = new ArrayList<>();
        expirations.forEach((owner, expiration) -> {
            if (ExpirationNotices.isNear(expiration, now)) {
                final Instant current = findExpiration(owner).orElse(expiration);
                expirations.put(owner, current);
                notices.review("The certificate of [%s]".formatted(owner.identity()), current, now).ifPresent(sentences::add);
            }
        });
        return sentences;
    }

    private Finding examine(final ClientCertificate certificate) {
        final String step = "Check Certificate";
        try {
            CertificateChecks.check(certificate, clock.instant());
            return Finding.good(step, "The private key belongs to the certificate, the chain is in order, and all dates are good. "
                    + certificate.describeChain());
        } catch (final IoTHubException e) {
            return Finding.failed(step, e.getMessage());
        }
    }

    /**
     * @return when the certificate that is there now ends; empty if there is none that can be read, which the next connection will say
     */
    private Optional<Instant> findExpiration(final CertificateOwner owner) {
        try {
            return Optional.of(loader.load(owner).expiration());
        } catch (final IoTHubException e) {
            return Optional.empty();
        }
    }

    private static String refusalHint(final ClientCertificate certificate, final CertificateOwner owner) {
        final String thumbprint = certificate.thumbprint(SHA_256);
        if (certificate.isSelfSigned()) {
            return "The certificate is self-signed, so [%s] must be registered with its thumbprint %s".formatted(owner.identity(), thumbprint);
        }

        return owner.isNamed(certificate.commonName())
                ? "The common name is [%s]: the CA [%s]%s must be registered and verified, or the device registered with the thumbprint %s".formatted(
                        certificate.commonName(), certificate.issuer(), certificate.chain().size() > 1 ? " or one above it"
                                : ", or one above it if its certificate is sent too,", thumbprint)
                : ("The common name is [%s] and not [%s], so it is taken only if [%s] is registered with the thumbprint %s; to be taken by its CA, "
                        + "make one with the common name [%s]")
                        .formatted(certificate.commonName(), owner.identity(), owner.identity(), thumbprint, owner.identity());
    }

    private record CertificateCredential(ClientCertificate certificate, String refusalHint) implements DeviceCredential {

        @Override
        public String getLabel() {
            return "certificate [%s] good until %s".formatted(certificate.subject(), certificate.expiration());
        }

        @Override
        public Optional<AccessToken> createAccessToken() {
            return Optional.empty();
        }

        @Override
        public Optional<X509ExtendedKeyManager> findKeyManager() {
            return Optional.of(new ClientKeyManager(certificate));
        }

        @Override
        public Optional<String> findRefusalHint() {
            return Optional.of(refusalHint);
        }
    }
}
