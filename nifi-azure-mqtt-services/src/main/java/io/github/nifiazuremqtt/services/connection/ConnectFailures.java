/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Says what a failed attempt to connect means, and what to do (contract sections 1.7 and 12).
 */
final class ConnectFailures {

    private static final int UNACCEPTABLE_PROTOCOL = 1;

    private static final int SERVER_UNAVAILABLE = 3;

    private final HubTransport transport;

    private final InstantSource clock;

    ConnectFailures(final HubTransport transport, final InstantSource clock) {
        this.transport = transport;
        this.clock = clock;
    }

    /**
     * @param token token of the CONNECT, or null
     */
    IoTHubException translate(final DeviceIdentity identity, final HostAddress hub, final DeviceCredential credential, final AccessToken token,
                              final MqttSessionException failure) {
        final String device = "Device [%s]: ".formatted(identity);
        return switch (failure.getKind()) {
            case REFUSED -> refused(device, hub, credential, token, failure);
            case UNKNOWN_HOST -> notConnected(device + failure.getMessage() + ". Check the host name and the DNS of this machine", failure);
            case UNREACHABLE -> notConnected(device + failure.getMessage() + ". Check that the network lets this port out; "
                    + (transport.webSocket() ? "behind a proxy set Proxy Configuration Service" : "where only 443 is open choose MQTT over WebSocket"),
                    failure);
            case PROXY_REFUSED -> new IoTHubException(FailureCategory.INVALID_CONFIGURATION, device + failure.getMessage(), failure);
            case TLS -> notConnected(device + failure.getMessage() + ". Check that the certificate of the server is trusted (SSL Context Service), that it is"
                    + " made for this host name, and that nothing on the way breaks TLS open"
                    + (transport.findGateway().isPresent() ? ". A gateway shows a certificate of its own, whose root is not one of the public ones" : ""),
                    failure);
            case TIMED_OUT -> new IoTHubException(FailureCategory.TIMED_OUT, device + failure.getMessage(), failure);
            case PROXY_DOWN, PROXY_FOUND_NO_WAY, CLOSED, ENDED, INVALID -> notConnected(device + failure.getMessage(), failure);
        };
    }

    private IoTHubException refused(final String device, final HostAddress hub, final DeviceCredential credential, final AccessToken token,
                                    final MqttSessionException failure) {
        final int code = failure.getReturnCode();
        return switch (code) {
            case UNACCEPTABLE_PROTOCOL -> new IoTHubException(FailureCategory.INVALID_CONFIGURATION,
                    device + "%s does not speak MQTT 3.1.1: it is no IoT Hub".formatted(refuser(hub)), failure);
            case SERVER_UNAVAILABLE -> new IoTHubException(FailureCategory.SERVER_ERROR,
                    device + "%s is not available at the moment".formatted(refuser(hub)), failure);
            default -> new IoTHubException(FailureCategory.UNAUTHORIZED, device
                    + "%s refused the %s with CONNACK %d. Likely causes: ".formatted(refuser(hub), credential.getLabel(), code)
                    + relation()
                    + (token == null
                    ? "the certificate is not the one that the hub knows (thumbprint, or common name and authority) or has expired"
                    : "the key is wrong, or the clock of this machine is (it says %s, the token ends %s; if that is wrong, set it)"
                            .formatted(clock.instant().truncatedTo(ChronoUnit.SECONDS), token.expiration()))
                    + credential.findRefusalHint().map(hint -> "; " + hint).orElse("")
                    + "; the device is disabled, deleted, or uses another kind of authentication; the id is spelled differently (case matters);"
                    + " the device lives on another hub", failure);
        };
    }

    private String refuser(final HostAddress hub) {
        return transport.findGateway().map(gateway -> "Gateway [%s] for hub [%s]".formatted(gateway, hub)).orElse("[%s]".formatted(hub));
    }

    /** A gateway knows the devices that are its children in the hub, and nobody else; it does not say which it misses. */
    private String relation() {
        return transport.findGateway().isEmpty() ? "" : "the device is not a child of the gateway: in the hub set the gateway's IoT Edge device as its parent"
                + " (az iot hub device-identity parent set), and wait until the gateway knows it; the gateway could not ask the hub yet; ";
    }

    private static IoTHubException notConnected(final String message, final MqttSessionException failure) {
        return new IoTHubException(FailureCategory.NOT_CONNECTED, message, failure);
    }
}
