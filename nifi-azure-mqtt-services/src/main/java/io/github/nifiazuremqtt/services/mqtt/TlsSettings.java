/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whom to trust and who to be. TLS 1.2 and 1.3; the host name of the server is always verified.
 *
 * @param trustManager trusted certificates
 * @param keyManager   client certificate and its key, or null
 */
public record TlsSettings(X509TrustManager trustManager, X509ExtendedKeyManager keyManager) {

    public TlsSettings {
        Objects.requireNonNull(trustManager, "Trust manager required");
    }

    public Optional<X509ExtendedKeyManager> findKeyManager() {
        return Optional.ofNullable(keyManager);
    }
}
