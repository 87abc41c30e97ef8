/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Key and certificate chain of the endpoint. */
public final class ServerIdentity {

    private final CertifiedKey key;

    ServerIdentity(final CertifiedKey key) {
        this.key = key;
    }

    /** For the HTTP server of the Java runtime; no client certificate is asked for. */
    public SSLContext httpsContext() {
        final char[] password = new char[0];
        try {
            final KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(key.keyStore(password), password);
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("The Java runtime cannot use the key of the endpoint", e);
        }
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
