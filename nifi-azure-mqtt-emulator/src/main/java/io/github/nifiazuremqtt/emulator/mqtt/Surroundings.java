/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import io.github.nifiazuremqtt.emulator.fault.Faults;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * What all connections share.
 *
 * @param roles services behind the endpoint, asked in this order
 * @param faults faults
 * @param timings durations, read whenever one is needed
 * @param clock the time of the service
 * @param connections log of the connections
 */
public record Surroundings(List<ServiceRole> roles, Faults faults, Supplier<EmulatorTimings> timings, Clock clock, ConnectionLog connections) {
}
