/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;

/**
 * Goes the way of a connection as far as TLS, through the proxy if there is one, and keeps what the server showed, also if it is not trusted.
 */
public final class TlsProbe {

    private static final String END = "end";

    private final ServerEndpoint endpoint;

    private final EventLoopGroup eventLoops;

    private final Executor connectThreads;

    private final List<X509Certificate> shown = new CopyOnWriteArrayList<>();

    private final CompletableFuture<String> handshake = new CompletableFuture<>();

    TlsProbe(final ServerEndpoint endpoint, final EventLoopGroup eventLoops, final Executor connectThreads) {
        this.endpoint = endpoint;
        this.eventLoops = eventLoops;
        this.connectThreads = connectThreads;
    }

    /**
     * Shakes hands and closes the connection. Called once.
     *
     * @return protocol, cipher suite, and curve if the server named one; fails with {@link MqttSessionException}
     */
    public CompletableFuture<String> handshake() {
        connectThreads.execute(this::begin);
        return handshake;
    }

    /**
     * @return certificates that the server showed, its own first; empty if it showed none
     */
    public List<X509Certificate> shown() {
        return List.copyOf(shown);
    }

    private void begin() {
        try {
            final InetSocketAddress server = EndpointAddresses.server(endpoint);
            final ProxyHandler proxy = endpoint.findProxy().isPresent() ? proxyHandler(endpoint.proxy()) : null;
            final SslContext tls = SslContextBuilder.forClient().trustManager(new Recorder(endpoint.findTls().orElseThrow().trustManager())).build();
            new Bootstrap().group(eventLoops)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis())
                    .resolver(NoopAddressResolverGroup.INSTANCE)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(final Channel channel) {
                            addHandlers(channel, proxy, tls);
                        }
                    })
                    .connect(server)
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            fail(connected.cause());
                        }
                    });
        } catch (final MqttSessionException e) {
            handshake.completeExceptionally(e);
        } catch (final SSLException e) {
            fail(e);
        }
    }

    private void addHandlers(final Channel channel, final ProxyHandler proxy, final SslContext tls) {
        channel.pipeline().addLast(END, new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
                fail(cause);
                context.close();
            }
        });
        if (proxy == null) {
            addTls(channel, tls);
            return;
        }

        proxy.setConnectTimeoutMillis(timeoutMillis());
        proxy.connectFuture().addListener(opened -> {
            if (opened.isSuccess()) {
                addTls(channel, tls);
            } else {
                fail(opened.cause());
            }
        });
        channel.pipeline().addFirst(proxy);
    }

    private void addTls(final Channel channel, final SslContext tls) {
        final KeyExchangeObserver observer = new KeyExchangeObserver();
        final SslHandler handler = tls.newHandler(channel.alloc(), endpoint.host(), endpoint.port());
        final SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeoutMillis(timeoutMillis());
        handler.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                final SSLSession session = handler.engine().getSession();
                handshake.complete(session.getProtocol() + " " + session.getCipherSuite() + observer.findGroup().map(", curve "::concat).orElse(""));
            } else {
                fail(shaken.cause());
            }
            channel.close();
        });
        channel.pipeline().addBefore(END, "observer", observer).addBefore(END, "tls", handler);
    }

    private static ProxyHandler proxyHandler(final ProxySettings proxy) throws MqttSessionException {
        final InetSocketAddress address = EndpointAddresses.proxy(proxy);
        return switch (proxy.kind()) {
            case HTTP_CONNECT -> proxy.findUserName().isPresent() ? new HttpProxyHandler(address, proxy.userName(), proxy.password())
                    : new HttpProxyHandler(address);
            case SOCKS_5 -> new Socks5ProxyHandler(address, proxy.userName(), proxy.password());
        };
    }

    private int timeoutMillis() {
        return (int) endpoint.connectTimeout().toMillis();
    }

    private void fail(final Throwable cause) {
        handshake.completeExceptionally(SessionFailures.ofConnect(cause, endpoint));
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
