/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A proxy on loopback, which alone knows where the hosts are: their names have no address anywhere else. */
final class ProxyServer implements AutoCloseable {

    private final EventLoopGroup loops = new NioEventLoopGroup(1);

    private final Map<Integer, Integer> ports = new ConcurrentHashMap<>();

    private final Set<String> hosts = ConcurrentHashMap.newKeySet();

    private final Set<Integer> forbiddenPorts = ConcurrentHashMap.newKeySet();

    private final List<String> asked = new CopyOnWriteArrayList<>();

    private final Channel listener;

    private volatile String credentials;

    private volatile List<String> challenges = List.of("Basic realm=\"plant\"");

    private ProxyServer(final Consumer<SocketChannel> pipeline) {
        listener = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class).childHandler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(final SocketChannel channel) {
                channel.attr(ProxyRequests.SERVER).set(ProxyServer.this);
                pipeline.accept(channel);
            }
        }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
    }

    static ProxyServer http() {
        return new ProxyServer(ProxyRequests::http);
    }

    static ProxyServer socks() {
        return new ProxyServer(ProxyRequests::socks);
    }

    ProxyServer credentials(final String userName, final String password) {
        credentials = userName + ":" + password;
        return this;
    }

    /** How it asks for a login, each in a header of its own. */
    ProxyServer challenges(final String... headers) {
        challenges = List.of(headers);
        return this;
    }

    List<String> challenges() {
        return challenges;
    }

    ProxyServer host(final String name) {
        hosts.add(name);
        return this;
    }

    /** Where a well-known port is here. */
    ProxyServer port(final int wellKnown, final int here) {
        ports.put(wellKnown, here);
        return this;
    }

    ProxyServer forbid(final int port) {
        forbiddenPorts.add(port);
        return this;
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Servers that clients with the right credentials asked for. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    boolean wantsCredentials() {
        return credentials != null;
    }

    boolean accepts(final String userAndPassword) {
        return credentials == null || credentials.equals(userAndPassword);
    }

    boolean allows(final String host, final int port) {
        asked.add(host + ":" + port);
        return !forbiddenPorts.contains(port);
    }

    /** Connects a client to the server that it asked for; the answer to the client is up to the caller. */
    void open(final Channel client, final String host, final int port, final Consumer<Channel> opened, final Runnable failed) {
        if (!hosts.contains(host)) {
            failed.run();
            return;
        }

        new Bootstrap().group(client.eventLoop()).channel(NioSocketChannel.class).handler(new Relay(client))
                .connect(InetAddress.getLoopbackAddress(), ports.getOrDefault(port, port))
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        opened.accept(connected.channel());
                    } else {
                        failed.run();
                    }
                });
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Hands on all bytes, and the end. */
    static final class Relay extends ChannelInboundHandlerAdapter {

        private final Channel other;

        Relay(final Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object bytes) {
            if (other.isActive()) {
                other.writeAndFlush(bytes);
            } else {
                ReferenceCountUtil.release(bytes);
            }
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            other.close();
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            context.close();
        }
    }
}
