/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.mqtt;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Socket addresses of a server and of a proxy before it. Names are looked up here, because Netty would block its I/O thread with it; but the name of a server
 * behind a proxy is for the proxy to look up: this machine often cannot.
 */
final class EndpointAddresses {

    private EndpointAddresses() {
    }

    static InetSocketAddress server(final ServerEndpoint endpoint) throws MqttSessionException {
        if (endpoint.findProxy().isPresent()) {
            return InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port());
        }

        try {
            return resolve(endpoint.host(), endpoint.port());
        } catch (final UnknownHostException e) {
            throw new MqttSessionException(MqttSessionException.Kind.UNKNOWN_HOST, "Host name [%s] has no address".formatted(endpoint.host()), e);
        }
    }

    static InetSocketAddress proxy(final ProxySettings proxy) throws MqttSessionException {
        try {
            return resolve(proxy.host(), proxy.port());
        } catch (final UnknownHostException e) {
            throw ProxyFailures.unknown(proxy, e);
        }
    }

    /** With the name as it was given: that is what the certificate of a server has to hold. */
    private static InetSocketAddress resolve(final String host, final int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(host, InetAddress.getByName(host).getAddress()), port);
    }
}
