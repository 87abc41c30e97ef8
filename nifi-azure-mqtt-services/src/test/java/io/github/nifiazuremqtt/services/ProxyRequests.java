/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5PasswordAuthResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequest;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5PasswordAuthStatus;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How a client asks a {@link ProxyServer} for a way: HTTP CONNECT or SOCKS 5. */
final class ProxyRequests {

    static final AttributeKey<ProxyServer> SERVER = AttributeKey.valueOf("proxy-server");

    private static final int LARGEST_REQUEST = 65_536;

    private ProxyRequests() {
    }

    static void http(final SocketChannel channel) {
        channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(LARGEST_REQUEST), new HttpConnect());
    }

    static void socks(final SocketChannel channel) {
        channel.pipeline().addLast(Socks5ServerEncoder.DEFAULT, new Socks5InitialRequestDecoder(), new Socks5());
    }

    private static final class HttpConnect extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(final ChannelHandlerContext context, final FullHttpRequest request) {
            final ProxyServer server = context.channel().attr(SERVER).get();
            final InetSocketAddress target = InetSocketAddress.createUnresolved(request.uri().substring(0, request.uri().lastIndexOf(':')),
                    Integer.parseInt(request.uri().substring(request.uri().lastIndexOf(':') + 1)));
            if (!server.accepts(credentials(request))) {
                refuse(context, HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED);
            } else if (!server.allows(target.getHostString(), target.getPort())) {
                refuse(context, HttpResponseStatus.FORBIDDEN);
            } else {
                server.open(context.channel(), target.getHostString(), target.getPort(), other -> {
                    context.channel().writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK)).addListener(written -> {
                        context.pipeline().remove(HttpServerCodec.class);
                        context.pipeline().remove(HttpObjectAggregator.class);
                        context.pipeline().replace(this, "relay", new ProxyServer.Relay(other));
                    });
                }, () -> refuse(context, HttpResponseStatus.SERVICE_UNAVAILABLE));
            }
        }

        private static String credentials(final FullHttpRequest request) {
            final String header = request.headers().get(HttpHeaderNames.PROXY_AUTHORIZATION, "");
            return header.startsWith("Basic ") ? new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8) : "";
        }

        private static void refuse(final ChannelHandlerContext context, final HttpResponseStatus status) {
            final FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
            response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
            if (status == HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED) {
                response.headers().set(HttpHeaderNames.PROXY_AUTHENTICATE, context.channel().attr(SERVER).get().challenges());
            }
            context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static final class Socks5 extends SimpleChannelInboundHandler<Socks5Message> {

        @Override
        protected void channelRead0(final ChannelHandlerContext context, final Socks5Message message) {
            final ProxyServer server = context.channel().attr(SERVER).get();
            switch (message) {
                case Socks5InitialRequest greeting -> greet(context, server, greeting);
                case Socks5PasswordAuthRequest password -> {
                    final boolean accepted = server.accepts(password.username() + ":" + password.password());
                    context.writeAndFlush(new DefaultSocks5PasswordAuthResponse(
                            accepted ? Socks5PasswordAuthStatus.SUCCESS : Socks5PasswordAuthStatus.FAILURE));
                    expect(context, new Socks5CommandRequestDecoder());
                }
                case Socks5CommandRequest command -> command(context, server, command);
                default -> context.close();
            }
        }

        private static void greet(final ChannelHandlerContext context, final ProxyServer server, final Socks5InitialRequest greeting) {
            final Socks5AuthMethod wanted = server.wantsCredentials() ? Socks5AuthMethod.PASSWORD : Socks5AuthMethod.NO_AUTH;
            final boolean possible = greeting.authMethods().contains(wanted);
            context.writeAndFlush(new DefaultSocks5InitialResponse(possible ? wanted : Socks5AuthMethod.UNACCEPTED));
            expect(context, server.wantsCredentials() ? new Socks5PasswordAuthRequestDecoder() : new Socks5CommandRequestDecoder());
        }

        private void command(final ChannelHandlerContext context, final ProxyServer server, final Socks5CommandRequest command) {
            if (server.allows(command.dstAddr(), command.dstPort())) {
                server.open(context.channel(), command.dstAddr(), command.dstPort(), other -> {
                    answer(context, Socks5CommandStatus.SUCCESS);
                    context.pipeline().replace(this, "relay", new ProxyServer.Relay(other));
                }, () -> answer(context, Socks5CommandStatus.HOST_UNREACHABLE));
            } else {
                answer(context, Socks5CommandStatus.FORBIDDEN);
            }
        }

        private static void answer(final ChannelHandlerContext context, final Socks5CommandStatus status) {
            context.writeAndFlush(new DefaultSocks5CommandResponse(status, Socks5AddressType.IPv4));
        }

        private static void expect(final ChannelHandlerContext context, final ChannelHandler decoder) {
            context.pipeline().addFirst(decoder);
        }
    }
}
