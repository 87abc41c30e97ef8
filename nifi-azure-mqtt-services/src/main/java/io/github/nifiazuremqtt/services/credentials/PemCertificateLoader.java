/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.protocol.IdentityRules;
import java.security.PrivateKey;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Certificates and keys from PEM text or files, whose paths may depend on the device.
 */
public final class PemCertificateLoader implements CertificateLoader {

    private static final Set<String> NO_FILE_NAMES = Set.of(".", "..");

    private final Function<CertificateOwner, String> certificate;

    private final Function<CertificateOwner, String> privateKey;

    private final String password;

    private final boolean perDevice;

    /**
     * @param certificate PEM text or path of the certificate chain of an owner; the owner is null if {@code perDevice} is false
     * @param privateKey  PEM text or path of the private key of an owner
     * @param password    password of the private key, or null
     * @param perDevice   true if one of the two depends on the owner
     */
    public PemCertificateLoader(final Function<CertificateOwner, String> certificate, final Function<CertificateOwner, String> privateKey,
                                final String password, final boolean perDevice) {
        this.certificate = Objects.requireNonNull(certificate, "Certificate required");
        this.privateKey = Objects.requireNonNull(privateKey, "Private Key required");
        this.password = password;
        this.perDevice = perDevice;
    }

    /**
     * @param value PEM text, or the path of a file, which is not read
     * @throws IoTHubException if it is text without a readable certificate
     */
    public static void requireReadableIfText(final String value) {
        if (PemResource.isText(value)) {
            final PemResource resource = PemResource.read("Certificate", value);
            if (PemObjects.readCertificates(resource).isEmpty()) {
                throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s holds no certificate".formatted(resource.origin()));
            }
        }
    }

    @Override
    public ClientCertificate load(final CertificateOwner owner) {
        if (perDevice) {
            requireFileName(owner);
        }

        final PemResource certificateResource = PemResource.read("Certificate", certificate.apply(owner));
        final PrivateKey key = PemObjects.readPrivateKey(PemResource.read("Private Key", privateKey.apply(owner)), password);
        return new ClientCertificate(certificateResource.origin(), PemObjects.readCertificates(certificateResource), key);
    }

    @Override
    public boolean isPerDevice() {
        return perDevice;
    }

    /**
     * Ids come with the data; one must not lead to the files of another.
     */
    private static void requireFileName(final CertificateOwner owner) {
        IdentityRules.findProblem(owner.identity()).ifPresent(problem -> {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, problem);
        });
        if (NO_FILE_NAMES.contains(owner.identity().deviceId()) || owner.identity().module().filter(NO_FILE_NAMES::contains).isPresent()
                || NO_FILE_NAMES.contains(owner.registrationId()) || owner.registrationId().contains("/")) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "[%s] cannot be part of the path of a certificate".formatted(owner.identity()));
        }
    }
}
