/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.github.nifiazuremqtt.emulator.fault.Throttle;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Reads the packets of one connection, from the first to the last. */
final class PacketHandler extends ChannelInboundHandlerAdapter {

    private static final int LEVEL_3_1_1 = 4;
    private static final int UNACCEPTABLE_PROTOCOL_VERSION = 1;
    private static final int SERVER_UNAVAILABLE = 3;

    private final Surroundings surroundings;
    private final Deque<MqttMessage> early = new ArrayDeque<>();
    private MqttConnection connection;
    private SessionHandler session;
    private State state = State.NEW;
    private String serverName = "";
    private volatile long lastPacketNanos = System.nanoTime();
    private volatile long silenceNanos;

    PacketHandler(final Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        connection = new MqttConnection(context, surroundings.faults());
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        silenceNanos = surroundings.timings().get().connectWait().toNanos();
        surroundings.connections().socketAccepted(this);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object object) {
        final MqttMessage message = (MqttMessage) object;
        connection.readStarted();
        if (state == State.CONNECTING) {
            early.add(message);
            return;
        }

        try {
            if (!connection.isEnding()) {
                handle(context, message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof final SniCompletionEvent named && named.isSuccess() && named.hostname() != null) {
            serverName = named.hostname();
        }

        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        connection.readCompleted();
        final Duration pause = connection.faults().readPause();
        if (!pause.isZero() && context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(false);
            context.executor().schedule(() -> context.channel().config().setAutoRead(true), pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        // a client that does not read its acknowledgements is not read either
        context.channel().config().setAutoRead(context.channel().isWritable() && state != State.CONNECTING);
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        if (session != null) {
            session.ended(state == State.DISCONNECTED);
        }

        surroundings.connections().ended(this, new ConnectionEnd(surroundings.clock().instant(), connection.clientId(), connection.refusal()));
        connection.ended();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        connection.close(new Refusal(state == State.NEW ? 1 : 0, "transport failed, " + cause.getMessage()));
    }

    /** Ends the connection if its time is over. Called on another thread. */
    void check(final long nowNanos) {
        final boolean connected = connection.isConnected();
        if (nowNanos - lastPacketNanos > silenceNanos) {
            final Refusal refusal = connected ? new Refusal(24, "silent for longer than the keep alive allows") : new Refusal(3, "no CONNECT in time");
            connection.close(refusal);
        } else if (connected) {
            final long lifetime = connection.faults().lifetime().toNanos();
            if (lifetime > 0 && nowNanos - connection.connectedNanos() > lifetime) {
                connection.close(new Refusal(0, "fault, open for long enough"));
            }

            session.check(surroundings.clock().instant()).ifPresent(connection::close);
        }
    }

    MqttConnection connection() {
        return connection;
    }

    private void handle(final ChannelHandlerContext context, final MqttMessage message) {
        lastPacketNanos = System.nanoTime();
        if (state == State.NEW) {
            handleFirst(context, message);
        } else if (message.decoderResult().isFailure()) {
            connection.close(PacketReader.malformed(message));
        } else {
            dispatch(message);
        }
    }

    private void handleFirst(final ChannelHandlerContext context, final MqttMessage message) {
        if (message.decoderResult().isSuccess() && message instanceof final MqttConnectMessage connect) {
            final Optional<String> contradiction = PacketReader.contradiction(connect.variableHeader());
            if (connect.variableHeader().version() == LEVEL_3_1_1 && contradiction.isPresent()) {
                connection.close(new Refusal(2, contradiction.get()));
            } else if (connect.variableHeader().version() == LEVEL_3_1_1) {
                connect(context, PacketReader.connect(connect, serverName, context.channel()));
            } else {
                refuse(UNACCEPTABLE_PROTOCOL_VERSION, new Refusal(4, "protocol level " + connect.variableHeader().version()));
            }
        } else if (message.decoderResult().cause() instanceof MqttUnacceptableProtocolVersionException) {
            refuse(UNACCEPTABLE_PROTOCOL_VERSION, new Refusal(4, "unknown protocol level"));
        } else {
            connection.close(new Refusal(2, "the first packet is not a well-formed CONNECT"));
        }
    }

    private void connect(final ChannelHandlerContext context, final ConnectRequest request) {
        connection.identify(request.clientId());
        final int faultCode = connection.faults().nextConnackCode();
        final long delay = surroundings.faults().connects().delay(System.nanoTime());
        if (faultCode > 0) {
            refuse(faultCode, new Refusal(0, "fault, CONNACK code"));
        } else if (delay == Throttle.REFUSED) {
            refuse(SERVER_UNAVAILABLE, new Refusal(0, "too many new connections"));
        } else {
            // nothing is read until the CONNACK is out; what has been read already waits
            state = State.CONNECTING;
            silenceNanos = Long.MAX_VALUE;
            context.channel().config().setAutoRead(false);
            final Duration late = connection.faults().connackDelay().plusNanos(delay);
            if (late.isZero()) {
                judge(context, request);
            } else {
                connection.schedule(() -> judge(context, request), late);
            }
        }
    }

    private void judge(final ChannelHandlerContext context, final ConnectRequest request) {
        if (!context.channel().isActive()) {
            return;
        }

        final ServiceRole role = surroundings.roles().stream().filter(candidate -> candidate.recognizes(request)).findFirst().orElseThrow();
        switch (role.connect(request, connection)) {
            case ConnectOutcome.Refused(final int returnCode, final Refusal refusal) -> refuse(returnCode, refusal);
            case ConnectOutcome.Closed(final Refusal refusal) -> connection.close(refusal);
            case ConnectOutcome.Accepted(final SessionHandler handler, final boolean sessionPresent, final CompletionStage<Void> ready) -> {
                session = handler;
                ready.thenRunAsync(() -> accept(context, request, sessionPresent), context.executor());
            }
        }
    }

    private void accept(final ChannelHandlerContext context, final ConnectRequest request, final boolean sessionPresent) {
        if (!context.channel().isActive() || connection.isEnding()) {
            return;
        }

        state = State.CONNECTED;
        lastPacketNanos = System.nanoTime();
        silenceNanos = silence(request.keepAliveSeconds());
        connection.open();
        surroundings.connections().connectAccepted(connection);
        connection.write(connack(sessionPresent, 0));
        session.connected();
        while (!early.isEmpty()) {
            channelRead(context, early.removeFirst());
        }

        connection.readCompleted();
        context.channel().config().setAutoRead(context.channel().isWritable());
    }

    private long silence(final int keepAliveSeconds) {
        final long ceiling = surroundings.timings().get().keepAliveCeiling().toNanos();
        final long wished = Duration.ofSeconds(keepAliveSeconds).toNanos() / 2 * 3;
        return wished == 0 ? ceiling : Math.min(wished, ceiling);
    }

    private void dispatch(final MqttMessage message) {
        switch (message.fixedHeader().messageType()) {
            case PUBLISH -> publish((MqttPublishMessage) message);
            case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message);
            case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message);
            case PUBACK -> session.acknowledged(((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
            case PINGREQ -> connection.write(MqttMessage.PINGRESP);
            case DISCONNECT -> {
                state = State.DISCONNECTED;
                connection.close(Refusal.DISCONNECT);
            }
            case CONNECT -> connection.close(new Refusal(22, "a second CONNECT"));
            case PUBREC, PUBREL, PUBCOMP -> connection.close(new Refusal(43, message.fixedHeader().messageType() + " belongs to quality of service 2"));
            default -> connection.close(new Refusal(0, "a client does not send " + message.fixedHeader().messageType()));
        }
    }

    private void publish(final MqttPublishMessage message) {
        final Optional<String> contradiction = PacketReader.contradiction(message.fixedHeader());
        if (contradiction.isPresent()) {
            connection.close(new Refusal(0, contradiction.get()));
        } else {
            session.publish(PacketReader.publish(message));
        }
    }

    private void subscribe(final MqttSubscribeMessage message) {
        if (message.payload().topicSubscriptions().isEmpty()) {
            connection.close(new Refusal(41, "SUBSCRIBE without a filter"));
        } else {
            session.subscribe(message.variableHeader().messageId(), PacketReader.subscribe(message));
        }
    }

    private void unsubscribe(final MqttUnsubscribeMessage message) {
        if (message.payload().topics().isEmpty()) {
            connection.close(new Refusal(41, "UNSUBSCRIBE without a filter"));
        } else {
            session.unsubscribe(message.variableHeader().messageId(), message.payload().topics());
        }
    }

    private void refuse(final int returnCode, final Refusal refusal) {
        surroundings.connections().connectRefused(connection, returnCode, refusal);
        connection.write(connack(false, returnCode));
        connection.close(refusal);
    }

    /** Written byte by byte: the encoder would answer a CONNECT of another version in the format of that version. */
    private static Object connack(final boolean sessionPresent, final int returnCode) {
        return Unpooled.wrappedBuffer(new byte[]{0x20, 2, (byte) (sessionPresent ? 1 : 0), (byte) returnCode});
    }

    private enum State {
        NEW, CONNECTING, CONNECTED, DISCONNECTED
    }
}
