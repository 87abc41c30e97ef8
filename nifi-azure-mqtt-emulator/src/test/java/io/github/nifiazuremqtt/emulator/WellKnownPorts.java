/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An emulator on the ports that clients of others insist on, 8883 and 443. Tests of all processes of this machine take turns.
 */
final class WellKnownPorts implements AutoCloseable {

    private static final int MQTT = 8883;
    private static final int WEB_SOCKET = 443;
    private static final Path LOCK_FILE = Path.of(System.getProperty("java.io.tmpdir"), "nifi-azure-mqtt-well-known-ports.lock");

    private final FileChannel channel;
    private final FileLock turn;
    private final IoTHubEmulator emulator;

    private WellKnownPorts(final FileChannel channel, final FileLock turn, final IoTHubEmulator emulator) {
        this.channel = channel;
        this.turn = turn;
        this.emulator = emulator;
    }

    /** Waits for its turn and starts the emulator. */
    static WellKnownPorts start(final IoTHubEmulatorBuilder builder) throws IOException {
        final FileChannel channel = FileChannel.open(LOCK_FILE, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        final FileLock turn = channel.lock();
        try {
            return new WellKnownPorts(channel, turn, builder.mqttPort(MQTT).webSocketPort(WEB_SOCKET).start());
        } catch (final IOException e) {
            turn.release();
            channel.close();
            throw new IOException("Clients of others connect to ports 8883 and 443 only, and this test needs both; 443 takes root or the setting "
                    + "net.ipv4.ip_unprivileged_port_start=443. " + e.getMessage(), e);
        }
    }

    IoTHubEmulator emulator() {
        return emulator;
    }

    @Override
    public void close() throws IOException {
        emulator.close();
        turn.release();
        channel.close();
    }
}
