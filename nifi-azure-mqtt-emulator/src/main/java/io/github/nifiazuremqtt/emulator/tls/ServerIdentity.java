/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import javax.net.ssl.SSLException;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

/** Key and certificate chain of the endpoint. */
public final class ServerIdentity {

    private final CertifiedKey key;

    ServerIdentity(final CertifiedKey key) {
        this.key = key;
    }

    /** TLS 1.2 and 1.3. A client certificate is asked for, never required, and judged at CONNECT only. */
    public SslContext serverContext() throws SSLException {
        return SslContextBuilder.forServer(key.privateKey(), key.chain())
                .protocols("TLSv1.2", "TLSv1.3")
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AnyClientCertificate())
                .build();
    }
}
