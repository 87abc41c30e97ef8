/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.services.mqtt.ServerEndpoint;
import java.time.Duration;
import java.util.Objects;

/**
 * Where registrations are made.
 *
 * @param endpoint            the service and the way to it, without client certificate
 * @param idScope             ID scope
 * @param productInfo         name and version of this product
 * @param registrationTimeout longest time for one registration from its turn to its final state
 */
public record RegistrarSettings(ServerEndpoint endpoint, String idScope, String productInfo, Duration registrationTimeout) {

    public RegistrarSettings {
        Objects.requireNonNull(endpoint, "Endpoint required");
        Objects.requireNonNull(idScope, "ID Scope required");
        Objects.requireNonNull(productInfo, "Product information required");
        Objects.requireNonNull(registrationTimeout, "Registration Timeout required");
    }
}
