/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.mqtt.ProxySettings;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import io.github.nifiazuremqtt.services.mqtt.TlsSettings;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * The way to a hub (contract sections 1.1 and 1.5).
 *
 * @param webSocket      true for MQTT over WebSocket
 * @param gateway        IoT Edge gateway to connect to instead of the hub, or null
 * @param trustManager   trusted certificates
 * @param proxy          proxy on the way, or null
 * @param connectTimeout how long TCP, TLS, proxy and WebSocket may take each
 */
public record HubTransport(boolean webSocket, HostAddress gateway, X509TrustManager trustManager, ProxySettings proxy, Duration connectTimeout) {

    private static final int MQTT_PORT = 8883;

    private static final int WEB_SOCKET_PORT = 443;

    private static final ServerEndpoint.WebSocketSettings WEB_SOCKET = new ServerEndpoint.WebSocketSettings("$iothub/websocket", "");

    public HubTransport {
        Objects.requireNonNull(trustManager, "Trust manager required");
        Objects.requireNonNull(connectTimeout, "Connect timeout required");
    }

    /**
     * @param keyManager client certificate, or null
     */
    public ServerEndpoint endpoint(final HostAddress hub, final X509ExtendedKeyManager keyManager) {
        final HostAddress server = Optional.ofNullable(gateway).orElse(hub);
        return new ServerEndpoint(server.host(), server.portOr(webSocket ? WEB_SOCKET_PORT : MQTT_PORT), new TlsSettings(trustManager, keyManager),
                webSocket ? WEB_SOCKET : null, proxy, connectTimeout);
    }

    public Optional<HostAddress> findGateway() {
        return Optional.ofNullable(gateway);
    }

    /**
     * @param hubHost host name of the hub, or null if the identity is not assigned to one yet
     * @return where the identity is reached, without a port: the name of the hub is what people know it by
     */
    public String identityUri(final String hubHost, final DeviceIdentity identity) {
        final String device = "%s://%s/devices/%s".formatted(webSocket ? "wss" : "mqtts", hubHost == null ? "" : hubHost, identity.deviceId());
        return identity.module().map(module -> device + "/modules/" + module).orElse(device);
    }
}
