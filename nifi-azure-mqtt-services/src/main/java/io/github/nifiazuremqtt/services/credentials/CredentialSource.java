/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where credentials come from: one implementation for each authentication strategy. Thread-safe.
 */
public interface CredentialSource {

    /**
     * @return at least one, preferred one first
     * @throws IoTHubException of category INVALID_CONFIGURATION if there can be none, with the cure
     */
    List<DeviceCredential> getCredentials(CredentialTarget target);

    /**
     * @return what was configured, in one sentence without secret
     */
    String describe();

    /**
     * @return what a person should know although it works, in one sentence
     */
    default Optional<String> findWarning() {
        return Optional.empty();
    }

    /**
     * @return when what was configured ends and a person must bring something new; empty if that cannot be said
     */
    default Optional<Instant> findExpiration() {
        return Optional.empty();
    }

    default Optional<ConnectionDetails> findConnectionDetails() {
        return Optional.empty();
    }
}
