/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Lets an upgrade to a path that is served, with the subprotocol {@code mqtt} pass and answers everything else with an HTTP error. */
final class WebSocketGate extends SimpleChannelInboundHandler<FullHttpRequest> {

    static final String SUBPROTOCOL = "mqtt";

    private final Predicate<String> paths;

    WebSocketGate(final Predicate<String> paths) {
        this.paths = paths;
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext context, final FullHttpRequest request) {
        final String path = new QueryStringDecoder(request.uri()).path();
        final List<String> offered = request.headers().getAllAsString(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::trim)
                .toList();
        if (!paths.test(path)) {
            refuse(context, HttpResponseStatus.NOT_FOUND);
        } else if (!offered.contains(SUBPROTOCOL)) {
            refuse(context, HttpResponseStatus.BAD_REQUEST);
        } else {
            context.pipeline().remove(this);
            context.fireChannelRead(request.retain());
        }
    }

    private static void refuse(final ChannelHandlerContext context, final HttpResponseStatus status) {
        final DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER);
        response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
