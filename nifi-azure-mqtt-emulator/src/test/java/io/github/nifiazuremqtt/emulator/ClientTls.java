/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.certificate.CertifiedKey;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS of a client, with a certificate of its own or without. */
final class ClientTls {

    private static final char[] PASSWORD = "store".toCharArray();

    private ClientTls() {
    }

    /** A context with a client certificate, or without if the key is null. */
    static SSLContext context(final X509Certificate anchor, final CertifiedKey key) throws GeneralSecurityException, IOException {
        final KeyStore trust = KeyStore.getInstance(KeyStore.getDefaultType());
        trust.load(null, null);
        trust.setCertificateEntry("emulator", anchor);
        final TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trust);
        final KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(key == null ? null : key.keyStore(PASSWORD), PASSWORD);
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    /** A client on a TLS connection to a port of this machine. */
    static RawMqttClient open(final X509Certificate anchor, final CertifiedKey key, final int port) throws GeneralSecurityException, IOException {
        final SSLSocket socket = (SSLSocket) context(anchor, key).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.startHandshake();
        return new RawMqttClient(socket);
    }
}
