/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import io.github.nifiazuremqtt.services.mqtt.MqttSessionException.Kind;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.proxy.HttpProxyHandler.HttpProxyConnectException;
import io.netty.handler.proxy.ProxyConnectException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what the answer of a proxy, or none, means, and what to do (RFC 9110, 9.3.6 and 15.5.8; RFC 1928, 6; RFC 1929). The library tells it in a sentence only.
 */
final class ProxyFailures {

    /** What the library makes of an answer that is not HTTP. */
    private static final int NO_HTTP = 999;

    private static final Pattern HTTP_STATUS = Pattern.compile("status: ((\\d{3}).*)");

    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

    /** A scheme begins a header or follows a comma, and is not a parameter (RFC 9110, 11.6.1). */
    private static final Pattern SCHEME = Pattern.compile("(?:^|,)\\s*([A-Za-z][\\w-]*)(?=\\s*(?:$|,)|\\s+[^=\\s])");

    private static final Pattern SOCKS_STATUS = Pattern.compile("(status|authStatus|authMethod): ([A-Z_]+)");

    private final ServerEndpoint endpoint;

    private final ProxySettings proxy;

    private ProxyFailures(final ServerEndpoint endpoint, final ProxySettings proxy) {
        this.endpoint = endpoint;
        this.proxy = proxy;
    }

    static MqttSessionException unknown(final ProxySettings proxy, final Throwable cause) {
        return new MqttSessionException(Kind.PROXY_DOWN, ("The name of proxy [%s] has no address. Check the host in Proxy Configuration Service and the DNS of"
                + " this machine").formatted(proxy), cause);
    }

    /**
     * @param detail why there is no TCP connection to the proxy
     */
    static MqttSessionException unreachable(final ProxySettings proxy, final String detail, final Throwable cause) {
        return new MqttSessionException(Kind.PROXY_DOWN, ("Proxy [%s] cannot be reached: %s. Check host and port in Proxy Configuration Service, and that the"
                + " proxy runs").formatted(proxy, detail), cause);
    }

    static MqttSessionException refused(final ServerEndpoint endpoint, final ProxySettings proxy, final ProxyConnectException answer) {
        final ProxyFailures failures = new ProxyFailures(endpoint, proxy);
        final String text = String.valueOf(answer.getMessage());
        final Matcher http = HTTP_STATUS.matcher(text);
        final Matcher socks = SOCKS_STATUS.matcher(text);
        if (proxy.kind() == ProxySettings.Kind.HTTP_CONNECT && http.find()) {
            return failures.http(Integer.parseInt(http.group(2)), http.group(1), answer);
        }
        if (proxy.kind() == ProxySettings.Kind.SOCKS_5 && socks.find()) {
            return failures.socks(socks.group(1), socks.group(2), answer);
        }
        return failures.unanswered(text, answer);
    }

    private MqttSessionException http(final int code, final String status, final ProxyConnectException answer) {
        return switch (code) {
            case 407 -> findForeignSchemes(answer).map(schemes -> notSupported(schemes, answer)).orElseGet(() -> notAuthenticated("", answer));
            case 403, 405, 501 -> forbidden(status, answer);
            case 404, 502, 503, 504 -> noWay(status, answer);
            case NO_HTTP -> unanswered("", answer);
            default -> new MqttSessionException(Kind.PROXY_REFUSED, "Proxy [%s] answered %s to CONNECT for [%s]. Ask who runs the proxy"
                    .formatted(proxy, status, endpoint), answer);
        };
    }

    private MqttSessionException socks(final String field, final String status, final ProxyConnectException answer) {
        return switch (field) {
            case "authStatus" -> notAuthenticated("", answer);
            // No method in common, or no SOCKS at all: the library does not tell.
            case "authMethod" -> notAuthenticated(", and whether it is a SOCKS 5 proxy", answer);
            default -> switch (status) {
                case "FORBIDDEN", "COMMAND_UNSUPPORTED", "ADDRESS_UNSUPPORTED" -> forbidden(status, answer);
                default -> noWay(status, answer);
            };
        };
    }

    /**
     * @return names of the schemes that the proxy offers, if it names some and Basic is not among them
     */
    private static Optional<String> findForeignSchemes(final ProxyConnectException answer) {
        if (!(answer instanceof final HttpProxyConnectException http) || http.headers() == null) {
            return Optional.empty();
        }

        final List<String> schemes = http.headers().getAll(HttpHeaderNames.PROXY_AUTHENTICATE).stream()
                .flatMap(header -> SCHEME.matcher(QUOTED.matcher(header).replaceAll("")).results().map(scheme -> scheme.group(1)))
                .distinct()
                .toList();
        return schemes.isEmpty() || schemes.stream().anyMatch("Basic"::equalsIgnoreCase) ? Optional.empty() : Optional.of(String.join(", ", schemes));
    }

    private MqttSessionException notSupported(final String schemes, final ProxyConnectException answer) {
        return new MqttSessionException(Kind.PROXY_REFUSED, ("Proxy [%s] asks for %s, which is not supported here: user name and password are given by Basic"
                + " only, and are not what is wrong. Ask who runs the proxy to accept Basic or to let [%s] pass without a login; or run a proxy on this"
                + " machine that logs on to it (Cntlm, Px), and name that in Proxy Configuration Service").formatted(proxy, schemes, endpoint), answer);
    }

    private MqttSessionException notAuthenticated(final String schemes, final ProxyConnectException answer) {
        final String text = proxy.findUserName().isPresent()
                ? "Proxy [%s] does not accept the user name and password. Check both in Proxy Configuration Service"
                : "Proxy [%s] asks for a user name and password. Set both in Proxy Configuration Service";
        return new MqttSessionException(Kind.PROXY_REFUSED, text.formatted(proxy) + schemes, answer);
    }

    private MqttSessionException forbidden(final String status, final ProxyConnectException answer) {
        final String other = endpoint.findWebSocket().isPresent() ? "" : ", or choose MQTT over WebSocket: most proxies allow its port 443 only";
        return new MqttSessionException(Kind.PROXY_REFUSED, "Proxy [%s] does not allow [%s] (%s). Ask who runs the proxy to allow this host and port%s"
                .formatted(proxy, endpoint, status, other), answer);
    }

    private MqttSessionException noWay(final String status, final ProxyConnectException answer) {
        return new MqttSessionException(Kind.PROXY_FOUND_NO_WAY, ("Proxy [%s] finds no way to [%s] (%s). Check the spelling of the host name; it is the proxy"
                + " that looks it up and connects, so ask who runs it about its DNS and firewall").formatted(proxy, endpoint, status), answer);
    }

    private MqttSessionException unanswered(final String text, final ProxyConnectException answer) {
        final String fact = text.contains("timeout") ? "gave no answer within %d s".formatted(endpoint.connectTimeout().toSeconds())
                : "gave no answer";
        return new MqttSessionException(Kind.PROXY_DOWN, "Proxy [%s] %s when asked for [%s]. Check port and type (HTTP or SOCKS) in Proxy Configuration Service"
                .formatted(proxy, fact, endpoint), answer);
    }
}
