/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.protocol.PercentCoding;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A hub that a device was assigned to and that speaks another protocol (contract section 15.1): there is nothing to connect to, and nothing to ask for a while.
 *
 * @param hostName          host name of the hub, or an empty string
 * @param connectionProfile how the Device Provisioning Service names the protocol
 * @param askAgain          until when the Device Provisioning Service is not asked again
 */
public record UnsupportedHub(String hostName, String connectionProfile, Instant askAgain) {

    private static final String SEPARATOR = " ";

    private static final int PARTS = 3;

    public UnsupportedHub {
        Objects.requireNonNull(hostName, "Host Name required");
        Objects.requireNonNull(connectionProfile, "Connection profile required");
        Objects.requireNonNull(askAgain, "Time required");
    }

    /**
     * @param text as {@link #toText} gave it
     */
    public static Optional<UnsupportedHub> parse(final String text) {
        final String[] parts = text.split(SEPARATOR, -1);
        if (parts.length != PARTS) {
            return Optional.empty();
        }

        try {
            return Optional.of(new UnsupportedHub(PercentCoding.decode(parts[2]), PercentCoding.decode(parts[1]), Instant.parse(parts[0])));
        } catch (final DateTimeException | WireFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * @return one line that is no host name
     */
    public String toText() {
        return String.join(SEPARATOR, askAgain.toString(), PercentCoding.encode(connectionProfile), PercentCoding.encode(hostName));
    }

    /**
     * @param cause refusal from which it is known, or null
     */
    public IoTHubException toFailure(final String deviceId, final Throwable cause) {
        return new IoTHubException(FailureCategory.REFUSED, """
                Device [%s]: the Device Provisioning Service assigned the hub [%s] with the connection profile [%s], which speaks another protocol than \
                MQTT 3.1.1. Let the enrollment assign a hub with the classic profile. The service is asked again after %s, or when the state of the \
                connection service is cleared\
                """.formatted(deviceId, hostName, connectionProfile, askAgain), cause);
    }
}
