/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.proxy.ProxyConnectException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Translates what the library reports into what failed.
 */
final class SessionFailures {

    private static final Pattern CLASS_NAME = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z]\\w*(?:Exception|Error): ?");

    private SessionFailures() {
    }

    static MqttSessionException ofConnect(final Throwable failure, final ServerEndpoint endpoint) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            final Throwable current = cause;
            final Optional<MqttSessionException> known = endpoint.findProxy().flatMap(proxy -> ofProxy(current, endpoint, proxy))
                    .or(() -> ofServer(current, endpoint, failure));
            if (known.isPresent()) {
                return known.get();
            }
        }

        final String text = String.valueOf(failure.getMessage());
        return text.contains("CONNACK")
                ? failure(MqttSessionException.Kind.TIMED_OUT, "[%s] did not answer CONNECT in time".formatted(endpoint), failure)
                : failure(MqttSessionException.Kind.CLOSED, "[%s] closed the connection before it answered CONNECT: %s".formatted(endpoint, clause(failure)),
                        failure);
    }

    private static Optional<MqttSessionException> ofProxy(final Throwable cause, final ServerEndpoint endpoint, final ProxySettings proxy) {
        return switch (cause) {
            case ProxyConnectException answer -> Optional.of(ProxyFailures.refused(endpoint, proxy, answer));
            case ConnectTimeoutException timeout -> Optional.of(ProxyFailures.unreachable(proxy,
                    "no answer in %d s".formatted(endpoint.connectTimeout().toSeconds()), timeout));
            case ConnectException unreachable -> Optional.of(ProxyFailures.unreachable(proxy, unreachable.getMessage(), unreachable));
            default -> Optional.empty();
        };
    }

    /** Empty if the reason may be one level deeper. */
    private static Optional<MqttSessionException> ofServer(final Throwable cause, final ServerEndpoint endpoint, final Throwable failure) {
        return Optional.ofNullable(switch (cause) {
            case Mqtt3ConnAckException refused -> MqttSessionException.refused(refused.getMqttMessage().getReturnCode().getCode());
            case UnknownHostException unknown -> failure(MqttSessionException.Kind.UNKNOWN_HOST,
                    "Host name [%s] has no address".formatted(endpoint.host()), failure);
            case SSLException tls -> failure(MqttSessionException.Kind.TLS,
                    "TLS handshake with [%s] failed: %s".formatted(endpoint, clause(tls)), failure);
            case WebSocketHandshakeException webSocket -> failure(MqttSessionException.Kind.UNREACHABLE,
                    "WebSocket handshake with [%s] failed: %s".formatted(endpoint, webSocket.getMessage()), failure);
            case ConnectTimeoutException timeout -> failure(MqttSessionException.Kind.UNREACHABLE,
                    "No TCP connection to [%s] in time".formatted(endpoint), failure);
            case SocketException socket -> failure(MqttSessionException.Kind.UNREACHABLE,
                    "No TCP connection to [%s]: %s".formatted(endpoint, socket.getMessage()), failure);
            default -> null;
        });
    }

    static MqttSessionException ofClose(final Throwable failure, final ConnectSettings settings) {
        return failure(MqttSessionException.Kind.CLOSED, "Connection to [%s] ended: %s".formatted(settings.endpoint(), clause(failure)), failure);
    }

    private static MqttSessionException failure(final MqttSessionException.Kind kind, final String message, final Throwable cause) {
        return new MqttSessionException(kind, message, cause);
    }

    /** The library ends its sentences with a full stop, ours go on. Java names the class of a cause in the middle of one. */
    private static String clause(final Throwable failure) {
        final String message = CLASS_NAME.matcher(String.valueOf(failure.getMessage())).replaceAll("");
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
