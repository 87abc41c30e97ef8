/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import io.github.nifiazuremqtt.emulator.mqtt.EndpointOptions;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.tls.TestAuthority;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * How an emulator is set up.
 *
 * @param hubNames host names of the hubs, at least one
 * @param gateway host name of the IoT Edge gateway that it is, in front of the first hub; empty for none
 * @param endpoint where it listens
 * @param managementPort port of the management API, 0 for a free one
 * @param serviceApiPort port of the service API, 0 for a free one
 * @param timings durations
 * @param clock time
 * @param authority who issues the certificate of the endpoint
 * @param setUp what is done with a fresh emulator, also after a reset: devices, policies, switches
 */
record EmulatorSettings(List<String> hubNames, String gateway, EndpointOptions endpoint, int managementPort, int serviceApiPort, EmulatorTimings timings,
                        Clock clock, TestAuthority authority, List<Consumer<IoTHubEmulator>> setUp) {
}
