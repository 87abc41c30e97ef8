/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The certificate of a key store. If it holds several, that whose common name is the owner's.
 */
public final class KeyStoreCertificateLoader implements CertificateLoader {

    private static final String ORIGIN = "Key store of the SSL Context Service";

    private static final List<String> KEY_TYPES = List.of("RSA", "EC", "RSASSA-PSS", "EdDSA");

    private final Supplier<Optional<X509ExtendedKeyManager>> keyManagers;

    /**
     * @param keyManagers reads the key store each time
     */
    public KeyStoreCertificateLoader(final Supplier<Optional<X509ExtendedKeyManager>> keyManagers) {
        this.keyManagers = Objects.requireNonNull(keyManagers, "Key Managers required");
    }

    @Override
    public ClientCertificate load(final CertificateOwner owner) {
        final List<ClientCertificate> certificates = readKeyManager().map(KeyStoreCertificateLoader::list).orElse(List.of());
        if (certificates.isEmpty()) {
            throw refusal("%s holds no key: give the service a key store with the key and certificate of the device", ORIGIN);
        }
        if (certificates.size() == 1 || owner == null) {
            return certificates.getFirst();
        }

        return certificates.stream().filter(certificate -> owner.isNamed(certificate.commonName())).findFirst().orElseThrow(() ->
                refusal("%s holds %d keys and none with the common name [%s]: keep one key in it, or add that of the device",
                        ORIGIN, certificates.size(), owner.identity()));
    }

    @Override
    public boolean isPerDevice() {
        return false;
    }

    private Optional<X509ExtendedKeyManager> readKeyManager() {
        try {
            return keyManagers.get();
        } catch (final IoTHubException e) {
            throw e;
        } catch (final RuntimeException e) {
            throw new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "%s cannot be read: verify that service".formatted(ORIGIN), e);
        }
    }

    private static List<ClientCertificate> list(final X509ExtendedKeyManager keyManager) {
        return KEY_TYPES.stream()
                .map(keyType -> keyManager.getClientAliases(keyType, null))
                .filter(Objects::nonNull)
                .flatMap(Stream::of)
                .distinct()
                .map(alias -> new ClientCertificate(ORIGIN, Arrays.asList(keyManager.getCertificateChain(alias)), keyManager.getPrivateKey(alias)))
                .toList();
    }

    private static IoTHubException refusal(final String text, final Object... arguments) {
        return new IoTHubException(FailureCategory.INVALID_CONFIGURATION, text.formatted(arguments));
    }
}
