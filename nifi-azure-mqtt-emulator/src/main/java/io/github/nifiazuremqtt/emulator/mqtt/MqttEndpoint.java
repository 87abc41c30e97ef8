/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.github.nifiazuremqtt.emulator.fault.Network;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.Mapping;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The two listening ports, MQTT and MQTT over WebSocket, with TLS under both. */
public final class MqttEndpoint implements Network, AutoCloseable {

    private static final int EVENT_LOOPS = 2;
    private static final long WATCH_INTERVAL_MILLIS = 20;
    private static final long REBIND_INTERVAL_MILLIS = 50;
    private static final Refusal DROPPED = new Refusal(0, "fault, connection dropped");
    private static final Refusal AWAY = new Refusal(0, "fault, the service is away");

    private final EndpointOptions options;
    private final EventLoopGroup loops = new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("iothub-emulator", true));
    private Mapping<String, SslContext> tls;
    private Surroundings surroundings;
    private Listener mqtt;
    private Listener webSocket;
    private volatile boolean refusing;
    private boolean away;

    public MqttEndpoint(final EndpointOptions options) {
        this.options = options;
    }

    /**
     * Opens both ports.
     *
     * @param contexts TLS by the name that the client asks for, null if it names none
     * @throws IOException if a port is in use
     */
    public synchronized void start(final Mapping<String, SslContext> contexts, final Surroundings shared) throws IOException {
        tls = contexts;
        surroundings = shared;
        mqtt = listen(options.mqttPort(), channel -> Pipelines.mqtt(channel, surroundings));
        webSocket = listen(options.webSocketPort(), channel -> Pipelines.webSocket(channel, surroundings, options.anyWebSocketPath()));
        loops.scheduleWithFixedDelay(this::watch, WATCH_INTERVAL_MILLIS, WATCH_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    public int mqttPort() {
        return mqtt.port;
    }

    public int webSocketPort() {
        return webSocket.port;
    }

    /** Closes the connections that are open now, for the reason given; done when all are closed. */
    public CompletionStage<Void> closeAll(final Refusal reason) {
        final List<MqttConnection> open = connections();
        open.forEach(connection -> connection.close(reason));
        return CompletableFuture.allOf(open.stream().map(MqttConnection::closed).map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
    }

    @Override
    public void dropConnections() {
        closeAll(DROPPED);
    }

    @Override
    public void resetConnections() {
        connections().forEach(connection -> connection.reset(DROPPED));
    }

    @Override
    public synchronized void goAway() {
        away = true;
        mqtt.channel.close().syncUninterruptibly();
        webSocket.channel.close().syncUninterruptibly();
        closeAll(AWAY);
    }

    @Override
    public void goAway(final Duration time) {
        goAway();
        loops.schedule(this::comeBack, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public synchronized void comeBack() {
        if (!away) {
            return;
        }

        try {
            mqtt = mqtt.channel.isOpen() ? mqtt : mqtt.reopen();
            webSocket = webSocket.channel.isOpen() ? webSocket : webSocket.reopen();
            away = false;
        } catch (final IOException e) {
            // someone has taken the port in the meantime: it is ours again when it is free
            loops.schedule(this::comeBack, REBIND_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void refuseSockets(final boolean refuse) {
        refusing = refuse;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void watch() {
        final long now = System.nanoTime();
        surroundings.connections().sockets().forEach(handler -> handler.check(now));
    }

    private List<MqttConnection> connections() {
        return surroundings.connections().sockets().stream().map(PacketHandler::connection).toList();
    }

    private Listener listen(final int port, final Consumer<SocketChannel> pipeline) throws IOException {
        final ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(final SocketChannel channel) {
                        if (refusing) {
                            channel.config().setSoLinger(0);
                            channel.close();
                        } else {
                            channel.pipeline().addLast(new SniHandler(tls, 0, 0));
                            pipeline.accept(channel);
                        }
                    }
                });
        return Listener.open(bootstrap, options.address(), port);
    }

    private record Listener(ServerBootstrap bootstrap, Channel channel, String address, int port) {

        static Listener open(final ServerBootstrap bootstrap, final String address, final int port) throws IOException {
            final ChannelFuture bound = bootstrap.bind(address, port).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new IOException("Port %d cannot be opened on %s: %s".formatted(port, address, bound.cause().getMessage()), bound.cause());
            }

            return new Listener(bootstrap, bound.channel(), address, ((InetSocketAddress) bound.channel().localAddress()).getPort());
        }

        Listener reopen() throws IOException {
            return open(bootstrap, address, port);
        }
    }
}
