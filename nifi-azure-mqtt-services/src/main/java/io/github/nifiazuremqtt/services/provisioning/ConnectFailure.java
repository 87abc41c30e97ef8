/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;

/**
 * Turns the ways in which a session with the Device Provisioning Service cannot be opened, or ends, into failures whose text names the cure.
 */
final class ConnectFailure {

    private static final int SERVER_UNAVAILABLE = 3;

    private final Applicant applicant;

    private final ServerEndpoint endpoint;

    ConnectFailure(final Applicant applicant, final ServerEndpoint endpoint) {
        this.applicant = applicant;
        this.endpoint = endpoint;
    }

    IoTHubException of(final MqttSessionException reason) {
        return switch (reason.getKind()) {
            case UNKNOWN_HOST -> failure(FailureCategory.NOT_CONNECTED, reason, "the host name [%s] has no address. Check Global Endpoint and name resolution"
                    .formatted(endpoint.host()));
            case UNREACHABLE -> failure(FailureCategory.NOT_CONNECTED, reason, """
                    no connection to [%s]. Check that this machine may reach it, otherwise choose MQTT over WebSocket or set Proxy Configuration Service\
                    """.formatted(endpoint));
            case PROXY_DOWN, PROXY_REFUSED, PROXY_FOUND_NO_WAY -> failure(FailureCategory.NOT_CONNECTED, reason, reason.getMessage());
            case TLS -> failure(FailureCategory.NOT_CONNECTED, reason, """
                    the TLS handshake with [%s] failed: %s. Check the trusted certificates in SSL Context Service, and a proxy that opens TLS connections\
                    """.formatted(endpoint, reason.getMessage()));
            case REFUSED -> refused(reason);
            case TIMED_OUT -> failure(FailureCategory.TIMED_OUT, reason, "[%s] did not answer in time".formatted(endpoint));
            case CLOSED -> failure(FailureCategory.CONNECTION_LOST, reason, "the connection to [%s] ended before the registration was complete"
                    .formatted(endpoint));
            case ENDED -> failure(FailureCategory.CLOSED, reason, "the connection was ended");
            case INVALID -> failure(FailureCategory.INVALID_CONTENT, reason, "the request cannot be sent: %s".formatted(reason.getMessage()));
        };
    }

    private IoTHubException refused(final MqttSessionException reason) {
        final int returnCode = reason.getReturnCode();
        return returnCode == SERVER_UNAVAILABLE
                ? failure(FailureCategory.SERVER_ERROR, reason, "the Device Provisioning Service is not available at the moment (CONNACK 3)")
                : failure(FailureCategory.UNAUTHORIZED, reason, "the Device Provisioning Service did not accept the %s (CONNACK %d). %s%s"
                        .formatted(applicant.credentialLabel(), returnCode, applicant.isCertificate() ? "" : scopeHint(), applicant.cure()));
    }

    /** Keys are looked at later, when the device registers. */
    private String scopeHint() {
        return "With a key that means as a rule that ID Scope is wrong: compare [%s] with the overview page of the service in the Azure portal. "
                .formatted(applicant.idScope());
    }

    private IoTHubException failure(final FailureCategory category, final MqttSessionException reason, final String text) {
        return new IoTHubException(category, "Registration [%s]: %s".formatted(applicant.registrationId(), text), reason);
    }
}
