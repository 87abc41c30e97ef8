/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.connection.ConnectionStateMachine.LossVerdict;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;

/**
 * Puts into words why there is no connection.
 */
final class LossReasons {

    private LossReasons() {
    }

    static IoTHubException describe(final DeviceIdentity identity, final LossVerdict verdict, final int inFlight,
                                    final MqttSessionException ending) {
        final String device = "Device [%s]: ".formatted(identity);
        final String loss = "%s with %d messages not acknowledged".formatted(ending.getMessage(), inFlight);
        return switch (verdict) {
            case LOST -> new IoTHubException(FailureCategory.CONNECTION_LOST, device + loss, ending);
            case FRUITLESS -> new IoTHubException(FailureCategory.THROTTLED, device + loss
                    + ". The hub accepts the connection and cuts the first message again and again: the daily quota may be used up, the hub may"
                    + " throttle, or one message may be what it does not like", ending);
            case UNSTEADY -> new IoTHubException(FailureCategory.CONNECTION_LOST, device + loss
                    + ". The last %d connections all ended within seconds, although messages get through: the line is poor, or another client (another flow,"
                            .formatted(ConnectionStateMachine.UNSTEADY_LIVES)
                    + " another node, a copy of this NiFi, the device itself) connects as the same device now and then", ending);
            case TAKEN_OVER -> new IoTHubException(FailureCategory.TAKEN_OVER, device
                    + "the hub ends each connection within seconds: another client connects as the same device. An identity has one connection;"
                    + " find the other client (another flow, another node, a copy of this NiFi, the device itself) or give it an id of its own", ending);
        };
    }

    static IoTHubException refused(final DeviceIdentity identity, final String deliveryId) {
        return new IoTHubException(FailureCategory.REFUSED, ("Device [%s]: the hub closed the connection each time message [%s] was sent, at last with nothing"
                + " else in flight. It does not accept this message; check size, properties and encoding").formatted(identity, deliveryId));
    }

    static IoTHubException notDrained(final DeviceIdentity identity) {
        return new IoTHubException(FailureCategory.CONNECTION_LOST,
                "Device [%s]: acknowledgments stayed out until the token ended; the connection is made anew".formatted(identity));
    }

    static IoTHubException notConnected(final DeviceIdentity identity, final ConnectionStatus status) {
        if (status.state() == ConnectionState.CLOSED) {
            return new IoTHubException(FailureCategory.CLOSED, "Device [%s]: the connection was closed by the service".formatted(identity));
        }

        final IoTHubException failure = status.lastFailure();
        if (failure == null) {
            return new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [%s] is not connected yet".formatted(identity));
        }

        final FailureCategory category = switch (failure.getCategory()) {
            case UNAUTHORIZED, TAKEN_OVER, INVALID_CONFIGURATION -> failure.getCategory();
            default -> FailureCategory.NOT_CONNECTED;
        };
        return new IoTHubException(category, failure.getMessage(), failure);
    }
}
