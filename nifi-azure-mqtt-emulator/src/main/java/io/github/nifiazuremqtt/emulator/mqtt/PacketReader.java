/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Turns decoded packets into values. */
final class PacketReader {

    private static final int HIGHEST_QOS = 2;
    private static final int ROW_QOS_2 = 27;
    private static final int ROW_TOPIC_CHARACTERS = 30;
    private static final int ROW_SUBSCRIBE = 41;
    private static final int ROW_ACKNOWLEDGEMENT = 43;

    private PacketReader() {
    }

    static ConnectRequest connect(final MqttConnectMessage message, final String serverName, final Channel channel) {
        final MqttConnectVariableHeader header = message.variableHeader();
        final MqttConnectPayload payload = message.payload();
        final Will will = header.isWillFlag()
                ? new Will(payload.willTopic(), payload.willMessageInBytes(), header.willQos(), header.isWillRetain()) : null;
        final byte[] password = header.hasPassword() ? payload.passwordInBytes() : new byte[0];
        return new ConnectRequest(payload.clientIdentifier(), header.hasUserName() ? payload.userName() : null, password, header.isCleanSession(),
                header.keepAliveTimeSeconds(), will, serverName, certificates(channel));
    }

    /** What is wrong with the flags of a CONNECT that could be decoded, MQTT 3.1.1 section 3.1.2. */
    static Optional<String> contradiction(final MqttConnectVariableHeader header) {
        if (!header.isWillFlag() && (header.willQos() != 0 || header.isWillRetain())) {
            return Optional.of("will quality of service or will retain without a will [MQTT-3.1.2-13, MQTT-3.1.2-15]");
        }
        if (header.willQos() > HIGHEST_QOS) {
            return Optional.of("will quality of service 3 [MQTT-3.1.2-14]");
        }
        return header.hasPassword() && !header.hasUserName() ? Optional.of("a password without a user name [MQTT-3.1.2-22]") : Optional.empty();
    }

    /** What is wrong with the flags of a PUBLISH that could be decoded. */
    static Optional<String> contradiction(final MqttFixedHeader publish) {
        return publish.isDup() && publish.qosLevel() == MqttQoS.AT_MOST_ONCE ? Optional.of("DUP with quality of service 0 [MQTT-3.3.1-2]") : Optional.empty();
    }

    static InboundPublish publish(final MqttPublishMessage message) {
        return new InboundPublish(message.variableHeader().topicName(), ByteBufUtil.getBytes(message.payload()),
                message.fixedHeader().qosLevel().value(), Math.max(0, message.variableHeader().packetId()),
                message.fixedHeader().isDup(), message.fixedHeader().isRetain());
    }

    static List<TopicRequest> subscribe(final MqttSubscribeMessage message) {
        return message.payload().topicSubscriptions().stream()
                .map(subscription -> new TopicRequest(subscription.topicFilter(), subscription.qualityOfService().value()))
                .toList();
    }

    /** Names what is wrong with a packet that could not be decoded. */
    static Refusal malformed(final MqttMessage message) {
        final String text = String.valueOf(message.decoderResult().cause().getMessage());
        final int row;
        if (text.contains("invalid publish topic name")) {
            row = ROW_TOPIC_CHARACTERS;
        } else if (text.contains("SUBSCRIBE") || isSubscription(message)) {
            row = ROW_SUBSCRIBE;
        } else if (text.contains("QOS Level in fixed header of PUBLISH")) {
            row = ROW_QOS_2;
        } else {
            row = text.contains("PUBREL") ? ROW_ACKNOWLEDGEMENT : 0;
        }

        return new Refusal(row, "malformed packet, " + text);
    }

    private static boolean isSubscription(final MqttMessage message) {
        return message.fixedHeader() != null && switch (message.fixedHeader().messageType()) {
            case SUBSCRIBE, UNSUBSCRIBE -> true;
            default -> false;
        };
    }

    private static List<X509Certificate> certificates(final Channel channel) {
        try {
            final Certificate[] chain = channel.pipeline().get(SslHandler.class).engine().getSession().getPeerCertificates();
            return Arrays.stream(chain).map(X509Certificate.class::cast).toList();
        } catch (final SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
