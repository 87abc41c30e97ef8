/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import io.github.nifiazuremqtt.services.mqtt.TlsSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Shakes hands with a server as a connection does, and keeps what the server showed, also if it is not trusted.
 */
final class TlsCheck {

    private final ServerEndpoint endpoint;

    private final List<X509Certificate> shown = new ArrayList<>();

    TlsCheck(final ServerEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * @return protocol and cipher suite
     * @throws IOException if the handshake failed
     */
    String handshake() throws IOException, GeneralSecurityException {
        final TlsSettings tls = endpoint.findTls().orElseThrow();
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(tls.findKeyManager().map(manager -> new KeyManager[]{manager}).orElse(null), new TrustManager[]{new Recorder(tls.trustManager())}, null);
        final int timeout = (int) endpoint.connectTimeout().toMillis();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), timeout);
            socket.setSoTimeout(timeout);
            try (SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, endpoint.host(), endpoint.port(), true)) {
                final SSLParameters parameters = secured.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                secured.setSSLParameters(parameters);
                secured.startHandshake();
                return secured.getSession().getProtocol() + " " + secured.getSession().getCipherSuite();
            }
        }
    }

    /**
     * @return certificates that the server showed, its own first; empty if it showed none
     */
    List<X509Certificate> shown() {
        return shown;
    }

    private final class Recorder implements X509TrustManager {

        private final X509TrustManager judge;

        private Recorder(final X509TrustManager judge) {
            this.judge = judge;
        }

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String authType) throws CertificateException {
            judge.checkClientTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String authType) throws CertificateException {
            shown.addAll(List.of(chain));
            judge.checkServerTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return judge.getAcceptedIssuers();
        }
    }
}
