/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.IoTHubEmulatorBuilder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Where the emulator listens. */
final class PortOptions {

    @Option(names = "--address", defaultValue = "127.0.0.1", description = "Address to listen on for MQTT.")
    private String address;

    @Option(names = "--mqtt-port", defaultValue = "8883", converter = Port.class, paramLabel = "PORT", description = "Port of MQTT over TLS; 0 for a free one.")
    private int mqttPort;

    @Option(names = "--web-socket-port", defaultValue = "8443", converter = Port.class, paramLabel = "PORT",
            description = "Port of MQTT over WebSocket over TLS; 0 for a free one.")
    private int webSocketPort;

    @Option(names = "--management-port", defaultValue = "9883", converter = Port.class, paramLabel = "PORT",
            description = "Port of the management API (HTTP, loopback only); 0 for a free one.")
    private int managementPort;

    @Option(names = "--service-api-port", defaultValue = "9884", converter = Port.class, paramLabel = "PORT",
            description = "Port of the service API (HTTPS, loopback only, tokens of a policy); 0 for a free one.")
    private int serviceApiPort;

    /** Refuses what cannot be. */
    void check(final CommandSpec spec) {
        try {
            InetAddress.getByName(address);
        } catch (final UnknownHostException e) {
            throw new ParameterException(spec.commandLine(), "--address [%s] is not known on this machine".formatted(address), e);
        }
    }

    void apply(final IoTHubEmulatorBuilder builder) {
        builder.address(address)
                .mqttPort(mqttPort)
                .webSocketPort(webSocketPort)
                .managementPort(managementPort)
                .serviceApiPort(serviceApiPort);
    }

    /** Reads the number of a port. */
    static final class Port implements ITypeConverter<Integer> {

        private static final int LARGEST = 65535;

        @Override
        public Integer convert(final String text) {
            try {
                final int port = Integer.parseInt(text);
                if (port >= 0 && port <= LARGEST) {
                    return port;
                }
            } catch (final NumberFormatException e) {
                // told below, like a number out of range
            }

            throw new TypeConversionException("[%s] is not a port from 0 to %d".formatted(text, LARGEST));
        }
    }
}
