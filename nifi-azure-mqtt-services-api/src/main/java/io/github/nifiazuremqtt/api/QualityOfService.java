/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

/**
 * The two MQTT qualities of service that IoT Hub accepts (MQTT 3.1.1 section 4.3; the hub closes a connection that publishes with QoS 2).
 */
public enum QualityOfService {

    /** Done when written to the socket; lost if the connection ends at the wrong moment. */
    AT_MOST_ONCE,

    /** Done when the hub has acknowledged it. */
    AT_LEAST_ONCE
}
