/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Instant;

/**
 * The session of a device on which something was received. Each session is another one.
 */
interface SessionSource {

    String hostName();

    /**
     * @return where the device is reached, for provenance
     */
    String endpointUri();

    Instant now();

    /**
     * Makes the connection anew without a loss, so that the hub sends again what was not acknowledged on this session.
     */
    void replace();
}
