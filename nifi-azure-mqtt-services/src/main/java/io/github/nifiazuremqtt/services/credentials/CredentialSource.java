/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.credentials;

import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService.ConnectionDetails;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
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
     * Looks at what was configured, without network.
     *
     * @param identity a device or module to look at, or null if none is known
     * @return at least one
     */
    List<Finding> examine(DeviceIdentity identity);

    /**
     * @return what a person should know although it works, in one sentence
     */
    default Optional<String> findWarning() {
        return Optional.empty();
    }

    /**
     * @return true if a person brought something that ends, so that expirations must be reviewed
     */
    default boolean endsByItself() {
        return false;
    }

    /**
     * To be called every minute.
     *
     * @return sentences about what ends soon, each once for each step towards the end
     */
    default List<String> reviewExpirations() {
        return List.of();
    }

    default Optional<ConnectionDetails> findConnectionDetails() {
        return Optional.empty();
    }
}
