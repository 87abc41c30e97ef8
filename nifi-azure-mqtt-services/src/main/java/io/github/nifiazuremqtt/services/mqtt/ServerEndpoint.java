/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A server and the way to it.
 *
 * @param host           host name: what is looked up, sent as SNI and compared with the certificate
 * @param port           port
 * @param tls            TLS, or null for a connection without
 * @param webSocket      WebSocket below MQTT, or null for plain TCP
 * @param proxy          proxy on the way, or null
 * @param connectTimeout how long TCP, TLS, proxy and WebSocket may take each
 */
public record ServerEndpoint(String host, int port, TlsSettings tls, WebSocketSettings webSocket, ProxySettings proxy, Duration connectTimeout) {

    public ServerEndpoint {
        Objects.requireNonNull(host, "Host required");
        Objects.requireNonNull(connectTimeout, "Connect timeout required");
    }

    public Optional<TlsSettings> findTls() {
        return Optional.ofNullable(tls);
    }

    public Optional<WebSocketSettings> findWebSocket() {
        return Optional.ofNullable(webSocket);
    }

    public Optional<ProxySettings> findProxy() {
        return Optional.ofNullable(proxy);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }

    /**
     * WebSocket below MQTT (MQTT 3.1.1, 6).
     *
     * @param path  path without leading slash
     * @param query query without question mark, or empty
     */
    public record WebSocketSettings(String path, String query) {

        public WebSocketSettings {
            Objects.requireNonNull(path, "Path required");
            Objects.requireNonNull(query, "Query required");
        }
    }
}
