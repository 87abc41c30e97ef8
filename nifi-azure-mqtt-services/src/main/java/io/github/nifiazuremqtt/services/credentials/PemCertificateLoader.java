/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.SecretForm;
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
     * Looks at what does not depend on a device, without reading files.
     *
     * @param certificate PEM text, or the path of a file
     * @throws IoTHubException if there can be no certificate in it, or a private key is in the text
     */
    public static void requireCertificate(final String certificate) {
        final PemResource resource = examineCertificate(certificate);
        if (resource != null) {
            PemObjects.readCertificates(resource);
        }
    }

    /**
     * @param privateKey PEM text, or the path of a file
     * @throws IoTHubException if there can be no private key in it
     */
    public static void requirePrivateKey(final String privateKey) {
        final PemResource resource = PemResource.examine(PemProperty.PRIVATE_KEY, privateKey);
        if (resource != null) {
            PemBlock.requirePrivateKey(resource.origin(), resource.blocks());
        }
    }

    /**
     * @param certificate PEM text, or the path of a file
     * @param privateKey  PEM text, or the path of a file
     * @param password    password of the private key, or null
     * @throws IoTHubException if the key cannot be read or, where both are text, does not belong to the certificate
     */
    public static void requirePair(final String certificate, final String privateKey, final String password) {
        final PemResource keyResource = PemResource.examine(PemProperty.PRIVATE_KEY, privateKey);
        if (keyResource == null) {
            return;
        }

        final PrivateKey key = PemObjects.readPrivateKey(keyResource, password);
        final PemResource resource = examineCertificate(certificate);
        if (resource != null) {
            CertificateChecks.checkPair(new ClientCertificate(resource.origin(), PemObjects.readCertificates(resource), key));
        }
    }

    private static PemResource examineCertificate(final String certificate) {
        requireNoPrivateKey(certificate);
        return PemResource.examine(PemProperty.CERTIFICATE, certificate);
    }

    /**
     * The text of this property lies in the flow as it is; a file may hold both.
     */
    private static void requireNoPrivateKey(final String certificate) {
        SecretForm.find(certificate).filter(form -> form != SecretForm.KEY).ifPresent(form -> {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, ("Certificate text (%,d characters) holds %s, and NiFi shows and keeps "
                    + "Certificate as it is: leave only certificates here, give the key to Private Key, and make a new one if others could see this one")
                    .formatted(certificate.length(), form.getDescription()));
        });
    }

    @Override
    public ClientCertificate load(final CertificateOwner owner) {
        if (perDevice) {
            requireFileName(owner);
        }

        final String certificateValue = Objects.requireNonNullElse(certificate.apply(owner), "");
        requireNoPrivateKey(certificateValue);
        final PemResource certificateResource = PemResource.read(PemProperty.CERTIFICATE, certificateValue);
        final PrivateKey key = PemObjects.readPrivateKey(
                PemResource.read(PemProperty.PRIVATE_KEY, Objects.requireNonNullElse(privateKey.apply(owner), "")), password);
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
