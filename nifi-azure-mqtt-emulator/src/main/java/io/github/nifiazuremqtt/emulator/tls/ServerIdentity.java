/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;

/** Key and certificate chain of the endpoint. */
public final class ServerIdentity {

    private final PrivateKey key;
    private final X509Certificate[] chain;

    ServerIdentity(final PrivateKey key, final X509Certificate... chain) {
        this.key = key;
        this.chain = chain;
    }

    /** TLS 1.2 and 1.3. A client certificate is asked for, never required, and judged at CONNECT only. */
    public SslContext serverContext() throws SSLException {
        return SslContextBuilder.forServer(key, chain)
                .protocols("TLSv1.2", "TLSv1.3")
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AnyClientCertificate())
                .build();
    }
}
