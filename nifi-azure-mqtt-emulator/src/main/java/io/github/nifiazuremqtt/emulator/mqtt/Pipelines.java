/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;

/** What bytes go through on their way to the {@link PacketHandler}, above TLS. */
final class Pipelines {

    /** More than the hub takes, so that an oversized message is refused by the hub and not by the decoder. */
    private static final int LARGEST_PACKET = 1_048_576;
    private static final int LONGEST_CLIENT_ID = 65_535;
    private static final int LARGEST_HTTP_REQUEST = 65_536;

    private Pipelines() {
    }

    static void mqtt(final SocketChannel channel, final Surroundings surroundings) {
        channel.pipeline()
                .addLast(new MqttDecoder(LARGEST_PACKET, LONGEST_CLIENT_ID))
                .addLast(MqttEncoder.INSTANCE)
                .addLast(new PacketHandler(surroundings));
    }

    static void webSocket(final SocketChannel channel, final Surroundings surroundings, final boolean anyPath) {
        final WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .subprotocols(WebSocketGate.SUBPROTOCOL)
                .maxFramePayloadLength(LARGEST_PACKET)
                .build();
        final ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_HTTP_REQUEST))
                .addLast(new WebSocketGate(path -> anyPath || surroundings.roles().stream().anyMatch(role -> role.takesPath(path))))
                .addLast(new WebSocketServerProtocolHandler(config))
                .addLast(new WebSocketFrameCodec());
        mqtt(channel, surroundings);
    }
}
