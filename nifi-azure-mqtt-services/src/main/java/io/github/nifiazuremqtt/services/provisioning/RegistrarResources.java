/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.provisioning;

import io.github.nifiazuremqtt.services.mqtt.MqttSessionFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * What the registrations of a service share.
 *
 * @param threads             threads and time
 * @param pace                rates of requests
 * @param planner             makes the CONNECT of a registration
 * @param sessions            makes MQTT sessions
 * @param registrationTimeout longest time for one registration from its turn to its final state
 * @param random              from 0 to 1
 * @param versions            API version with which the service is asked
 */
record RegistrarResources(RegistrarThreads threads, RequestPace pace, SessionPlanner planner, MqttSessionFactory sessions, Duration registrationTimeout,
                          DoubleSupplier random, ApiVersionChoice versions) {
}
