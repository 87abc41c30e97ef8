/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.github.nifiazuremqtt.emulator.fault.ConnectionFaults;
import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** One client at the endpoint, as the services see it: what can be sent to it, and how it is ended. All methods may be called on any thread. */
public final class MqttConnection {


    private final Channel channel;
    private final ChannelHandlerContext context;
    private final Faults faults;
    private final AcknowledgmentQueue acknowledgments;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile String clientId = "";
    private volatile boolean connected;
    private volatile Refusal refusal = Refusal.ENDED_BY_CLIENT;
    private volatile long connectedNanos;
    private boolean reading;

    MqttConnection(final ChannelHandlerContext context, final Faults faults) {
        this.channel = context.channel();
        this.context = context;
        this.faults = faults;
        this.acknowledgments = new AcknowledgmentQueue(context);
    }

    /** Client id, empty before CONNECT. */
    public String clientId() {
        return clientId;
    }

    /** Whether the CONNACK with return code 0 is out and the connection still open. */
    public boolean isConnected() {
        return connected && channel.isActive();
    }

    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    /** Whether the client has come over WebSocket. */
    public boolean isWebSocket() {
        return channel.pipeline().get(WebSocketFrameCodec.class) != null;
    }

    /** Whether more can be written without being buffered. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Done when the connection is closed and its session has been told. */
    public CompletionStage<Void> closed() {
        return closed;
    }

    /** The faults that act on this connection now. */
    public ConnectionFaults faults() {
        return faults.of(clientId);
    }

    /** Sends a PUBLISH. They leave in the order of these calls, on whatever threads they are made. */
    public void publish(final String topic, final byte[] payload, final int qos, final int packetId, final boolean duplicate) {
        final MqttFixedHeader header = new MqttFixedHeader(MqttMessageType.PUBLISH, duplicate, MqttQoS.valueOf(qos), false, 0);
        final Object packet = new MqttPublishMessage(header, new MqttPublishVariableHeader(topic, packetId), Unpooled.wrappedBuffer(payload));
        // Not at once on the event loop either: it would overtake what other threads have handed over.
        channel.eventLoop().execute(() -> write(packet));
    }

    /** Acknowledges a PUBLISH, after a delay if wished; PUBACKs leave in the order of these calls. */
    public void acknowledge(final int packetId, final long delayNanos) {
        onEventLoop(() -> acknowledgeNow(packetId, delayNanos));
    }

    public void subscribed(final int packetId, final List<Integer> returnCodes) {
        final MqttMessageBuilders.SubAckBuilder builder = MqttMessageBuilders.subAck().packetId(packetId);
        returnCodes.forEach(code -> builder.addGrantedQos(MqttQoS.valueOf(code)));
        write(builder.build());
    }

    public void unsubscribed(final int packetId) {
        write(MqttMessageBuilders.unsubAck().packetId(packetId).build());
    }

    /** Closes without a packet. */
    public void close(final Refusal reason) {
        onEventLoop(() -> {
            if (refusal == Refusal.ENDED_BY_CLIENT && channel.isActive()) {
                refusal = reason;
                connected = false;
                context.flush();
                context.close();
            }
        });
    }

    /** Closes with a TCP RST. */
    public void reset(final Refusal reason) {
        onEventLoop(() -> {
            if (refusal == Refusal.ENDED_BY_CLIENT && channel.isActive()) {
                refusal = reason;
                connected = false;
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                // below the TLS handler, which would say goodbye first
                Optional.ofNullable(channel.pipeline().context(SslHandler.class)).ifPresentOrElse(ChannelHandlerContext::close, channel::close);
            }
        });
    }

    /** Runs something on the event loop of this connection after a delay. */
    public void schedule(final Runnable task, final Duration delay) {
        channel.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    void identify(final String id) {
        clientId = id;
    }

    void open() {
        connected = true;
        connectedNanos = System.nanoTime();
    }

    long connectedNanos() {
        return connectedNanos;
    }

    Refusal refusal() {
        return refusal;
    }

    /** Whether the service has ended the connection: what is still read from it is not looked at. */
    boolean isEnding() {
        return refusal != Refusal.ENDED_BY_CLIENT;
    }

    void ended() {
        connected = false;
        acknowledgments.discard();
        closed.complete(null);
    }

    void readStarted() {
        reading = true;
    }

    void readCompleted() {
        reading = false;
        context.flush();
    }

    void write(final Object packet) {
        onEventLoop(() -> {
            context.write(packet);
            flushUnlessReading();
        });
    }

    private void acknowledgeNow(final int packetId, final long delayNanos) {
        final ConnectionFaults current = faults();
        if (!current.swallowsNextPuback()) {
            acknowledgments.acknowledge(packetId, delayNanos + current.pubackDelay().toNanos());
            flushUnlessReading();
        }
    }

    private void flushUnlessReading() {
        if (!reading) {
            context.flush();
        }
    }

    private void onEventLoop(final Runnable task) {
        if (channel.eventLoop().inEventLoop()) {
            task.run();
        } else {
            channel.eventLoop().execute(task);
        }
    }
}
