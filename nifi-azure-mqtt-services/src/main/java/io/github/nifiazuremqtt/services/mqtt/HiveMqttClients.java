/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.MqttProxyConfig;
import com.hivemq.client.mqtt.MqttProxyProtocol;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.mqtt3.Mqtt3RxClient;
import io.netty.channel.EventLoopGroup;
import io.reactivex.Scheduler;
import io.reactivex.schedulers.Schedulers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Builds the client object of one connection.
 */
final class HiveMqttClients {

    private static final List<String> TLS_VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    private HiveMqttClients() {
    }

    /**
     * @param disconnected hears the cause when a connection ends or could not be made
     */
    static Mqtt3RxClient build(final ConnectSettings settings, final EventLoopGroup eventLoops, final Consumer<Throwable> disconnected)
            throws MqttSessionException {
        return MqttClient.builder()
                .useMqttVersion3()
                .identifier(settings.clientId())
                .transportConfig(transport(settings))
                .executorConfig()
                .nettyExecutor(eventLoops)
                .applicationScheduler(onTheSameThread())
                .applyExecutorConfig()
                .addDisconnectedListener(context -> disconnected.accept(context.getCause()))
                .buildRx();
    }

    /** Callbacks run on the I/O thread: what listens here must not block, and a hop for every message would cost more than what it does. */
    private static Scheduler onTheSameThread() {
        return Schedulers.from(Runnable::run);
    }

    private static MqttClientTransportConfig transport(final ConnectSettings settings) throws MqttSessionException {
        final ServerEndpoint endpoint = settings.endpoint();
        final MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder()
                .serverAddress(EndpointAddresses.server(endpoint))
                .socketConnectTimeout(endpoint.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(settings.connackTimeout().toMillis(), TimeUnit.MILLISECONDS);
        endpoint.findTls().ifPresent(tls -> transport.sslConfig(tlsConfig(endpoint, tls)));
        endpoint.findWebSocket().ifPresent(webSocket -> transport.webSocketConfig(MqttWebSocketConfig.builder()
                .serverPath(webSocket.path())
                .queryString(webSocket.query())
                .handshakeTimeout(endpoint.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .build()));
        if (endpoint.findProxy().isPresent()) {
            transport.proxyConfig(proxyConfig(endpoint, endpoint.proxy()));
        }
        return transport.build();
    }

    private static MqttClientSslConfig tlsConfig(final ServerEndpoint endpoint, final TlsSettings tls) {
        return MqttClientSslConfig.builder()
                .protocols(TLS_VERSIONS)
                .trustManagerFactory(new PredefinedTrustManagerFactory(tls.trustManager()))
                .keyManagerFactory(tls.findKeyManager().map(PredefinedKeyManagerFactory::new).orElse(null))
                .handshakeTimeout(endpoint.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    private static MqttProxyConfig proxyConfig(final ServerEndpoint endpoint, final ProxySettings proxy) throws MqttSessionException {
        return MqttProxyConfig.builder()
                .protocol(protocol(proxy.kind()))
                .address(EndpointAddresses.proxy(proxy))
                .username(proxy.userName())
                .password(proxy.password())
                .handshakeTimeout(endpoint.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    private static MqttProxyProtocol protocol(final ProxySettings.Kind kind) {
        return switch (kind) {
            case HTTP_CONNECT -> MqttProxyProtocol.HTTP;
            case SOCKS_5 -> MqttProxyProtocol.SOCKS_5;
        };
    }
}
