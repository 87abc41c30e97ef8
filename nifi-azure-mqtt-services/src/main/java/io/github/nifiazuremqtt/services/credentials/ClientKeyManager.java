/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Offers one certificate whatever issuers the server names: IoT Hub names none that matter, and its refusal says more than a handshake without certificate.
 */
final class ClientKeyManager extends X509ExtendedKeyManager {

    private static final String ALIAS = "device";

    private final X509Certificate[] chain;

    private final PrivateKey privateKey;

    ClientKeyManager(final ClientCertificate certificate) {
        chain = certificate.chain().toArray(X509Certificate[]::new);
        privateKey = certificate.privateKey();
    }

    @Override
    public String chooseEngineClientAlias(final String[] keyTypes, final Principal[] issuers, final SSLEngine engine) {
        return findAlias(keyTypes);
    }

    @Override
    public String chooseClientAlias(final String[] keyTypes, final Principal[] issuers, final Socket socket) {
        return findAlias(keyTypes);
    }

    @Override
    public String[] getClientAliases(final String keyType, final Principal[] issuers) {
        return isOfType(keyType) ? new String[]{ALIAS} : null;
    }

    @Override
    public String chooseServerAlias(final String keyType, final Principal[] issuers, final Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(final String keyType, final Principal[] issuers) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(final String alias) {
        return ALIAS.equals(alias) ? chain.clone() : null;
    }

    @Override
    public PrivateKey getPrivateKey(final String alias) {
        return ALIAS.equals(alias) ? privateKey : null;
    }

    private String findAlias(final String[] keyTypes) {
        for (final String keyType : keyTypes) {
            if (isOfType(keyType)) {
                return ALIAS;
            }
        }

        return null;
    }

    /**
     * TLS 1.2 names some types together with the algorithm of the issuer, as in {@code EC_RSA}.
     */
    private boolean isOfType(final String keyType) {
        return keyType.equals(privateKey.getAlgorithm()) || keyType.startsWith(privateKey.getAlgorithm() + "_");
    }
}
