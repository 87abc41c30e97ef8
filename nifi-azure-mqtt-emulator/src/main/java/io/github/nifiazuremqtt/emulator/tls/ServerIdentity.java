/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.tls;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Key and certificate chain of the endpoint. */
public final class ServerIdentity {

    private static final String TLS_1_2 = "TLSv1.2";
    private static final String TLS_1_3 = "TLSv1.3";

    /** Those of the hub. */
    private static final List<String> SUITES = Stream.of("ECDSA", "RSA")
            .flatMap(signature -> Stream.of("AES_128_GCM_SHA256", "AES_256_GCM_SHA384", "AES_128_CBC_SHA256", "AES_256_CBC_SHA384")
                    .map(cipher -> "TLS_ECDHE_%s_WITH_%s".formatted(signature, cipher)))
            .toList();
    private static final List<String> SUITES_1_3 = List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256");

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

    /**
     * TLS of an MQTT endpoint. A client certificate is asked for, never required, and judged at CONNECT only.
     *
     * @param isNewer which names, in lower case, speak TLS 1.3 too; the empty name stands for a client that names none
     */
    public EndpointTls endpointTls(final Predicate<String> isNewer) throws SSLException {
        return new EndpointTls(context(SUITES, TLS_1_2), context(Stream.concat(SUITES_1_3.stream(), SUITES.stream()).toList(), TLS_1_2, TLS_1_3), isNewer);
    }

    private SslContext context(final List<String> suites, final String... protocols) throws SSLException {
        return SslContextBuilder.forServer(key.privateKey(), key.chain())
                .protocols(protocols)
                .ciphers(suites, SupportedCipherSuiteFilter.INSTANCE)
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(new AnyClientCertificate())
                .build();
    }
}
