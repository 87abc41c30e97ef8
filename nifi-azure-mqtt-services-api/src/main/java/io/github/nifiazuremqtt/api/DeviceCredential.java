/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * One way for a device to prove who it is: a token, or a client certificate. Thread-safe.
 */
public interface DeviceCredential {

    /**
     * @return what a person calls it, for example "primary key"; no secret
     */
    String getLabel();

    /**
     * Makes the token for one CONNECT.
     *
     * @return empty for a certificate: the CONNECT then has no password
     */
    Optional<AccessToken> createAccessToken();

    /**
     * @return the client certificate chain and its key for the TLS handshake; empty for a token
     * @throws IoTHubException {@link FailureCategory#INVALID_CONFIGURATION} with the file or service, what is wrong with it and the cure
     */
    Optional<X509ExtendedKeyManager> findKeyManager();

    /**
     * @return what a person should look at if the service refuses just this credential, in one sentence without secret: a service gives no reason
     */
    default Optional<String> findRefusalHint() {
        return Optional.empty();
    }
}
