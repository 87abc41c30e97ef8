/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a connection at one moment, for people and for {@code Verify}.
 *
 * @param state            state
 * @param hostName         host name of the hub that the identity belongs to, or null if it is not assigned yet
 * @param since            when the state was entered
 * @param messagesInFlight messages sent and not acknowledged
 * @param nextAttempt      when the next attempt to connect is made, or null
 * @param tokenExpiration  when the token of the open connection ends, or null if there is none
 * @param lastFailure      what ended or prevented the last connection, in one sentence, or null
 */
public record ConnectionStatus(ConnectionState state, String hostName, Instant since, int messagesInFlight, Instant nextAttempt,
                               Instant tokenExpiration, IoTHubException lastFailure) {

    /**
     * @return true if there is a connection, or it is being replaced by one with a new token
     */
    public boolean isOpen() {
        return state == ConnectionState.CONNECTED || state == ConnectionState.RENEWING;
    }

    public Optional<String> findHostName() {
        return Optional.ofNullable(hostName);
    }

    public Optional<Instant> findNextAttempt() {
        return Optional.ofNullable(nextAttempt);
    }

    public Optional<Instant> findTokenExpiration() {
        return Optional.ofNullable(tokenExpiration);
    }

    public Optional<IoTHubException> findLastFailure() {
        return Optional.ofNullable(lastFailure);
    }
}
