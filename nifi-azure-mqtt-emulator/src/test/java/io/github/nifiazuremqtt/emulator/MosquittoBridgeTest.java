/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.emulator.message.CloudMessage;
import io.github.nifiazuremqtt.emulator.sas.ConnectionString;
import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Mosquitto broker as a bridge, configured as its manual shows: what local clients publish arrives at the hub, and what the hub sends at local clients. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MosquittoBridgeTest {

    private static final String DEVICE = "dev-001";
    private static final String BROKER = "mosquitto";
    private static final int MESSAGES = 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void testMessagesInBothDirections(final boolean gateway) throws Exception {
        final IoTHubEmulatorBuilder builder = IoTHubEmulator.builder().device(DEVICE);
        try (IoTHubEmulator emulator = (gateway ? builder.hostName("contoso.azure-devices.net").gateway("localhost") : builder).start()) {
            final int port = freePort();
            final Process broker = start(List.of(brokerProgram(), "-c", configuration(emulator, port).toString()), "broker.log");
            try {
                Conditions.await(() -> !emulator.hub().sessions().isEmpty());
                Conditions.await(() -> listens(port));
                publish(emulator, port);
                receive(emulator, port);
                assertEquals(1, emulator.connections().opened(DEVICE), Files.readString(directory.resolve("broker.log")));
            } finally {
                broker.destroy();
                broker.waitFor();
            }
        }
    }

    private void publish(final IoTHubEmulator emulator, final int port) throws Exception {
        final List<String> sent = IntStream.range(0, MESSAGES).mapToObj("message %d"::formatted).toList();
        for (final String text : sent) {
            assertEquals(0, client("mosquitto_pub", port, "-t", "devices/dev-001/messages/events/site=plant%20A", "-m", text).waitFor());
        }

        assertTrue(emulator.telemetry().await(MESSAGES, LIMIT));
        assertEquals(sent, emulator.telemetry().messages().stream().map(TelemetryMessage::text).toList());
        assertEquals("plant A", emulator.telemetry().messages().getFirst().applicationProperties().get("site"));
    }

    private void receive(final IoTHubEmulator emulator, final int port) throws Exception {
        final String filter = "devices/dev-001/messages/devicebound/#";
        assertEquals(0, client("mosquitto_sub", port, "-t", filter, "-i", "subscriber", "-c", "-E").waitFor());
        for (int i = 0; i < MESSAGES; i++) {
            emulator.messages().send(DEVICE, CloudMessage.of("command %d".formatted(i)));
        }

        assertTrue(emulator.messages().awaitEnded(DEVICE, MESSAGES, LIMIT));
        assertEquals(0, client("mosquitto_sub", port, "-t", filter, "-i", "subscriber", "-c", "-C", Integer.toString(MESSAGES), "-W", "60", "-F", "%p")
                .waitFor());
        assertEquals(IntStream.range(0, MESSAGES).mapToObj("command %d"::formatted).toList(), Files.readAllLines(directory.resolve("mosquitto_sub.log")));
    }

    /** What a user name, a password and two topics need; nothing about UNSUBSCRIBE. */
    private Path configuration(final IoTHubEmulator emulator, final int port) throws IOException {
        final Path authority = emulator.authority().writePem(directory.resolve("ca.pem"));
        final ConnectionString connectionString = emulator.connectionString(DEVICE);
        final String user = Files.getOwner(directory).getName();
        return Files.writeString(directory.resolve("mosquitto.conf"), """
                listener %d 127.0.0.1
                allow_anonymous true
                user %s
                connection azure-iot-hub
                address localhost:%d
                remote_clientid dev-001
                remote_username %s/dev-001/?api-version=2021-04-12
                remote_password %s
                bridge_cafile %s
                bridge_protocol_version mqttv311
                try_private false
                notifications false
                cleansession false
                topic devices/dev-001/messages/events/# out 1
                topic devices/dev-001/messages/devicebound/# in 1
                """.formatted(port, user, emulator.mqttPort(), connectionString.bareHost(), emulator.token(DEVICE, Duration.ofHours(1)), authority));
    }

    private Process client(final String program, final int port, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", Integer.toString(port), "-q", "1"));
        command.addAll(List.of(arguments));
        return start(command, program + ".log");
    }

    private Process start(final List<String> command, final String log) throws IOException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(directory.resolve(log).toFile()).start();
        } catch (final IOException e) {
            throw new IOException(command.getFirst() + " is missing: install the packages mosquitto and mosquitto-clients", e);
        }
    }

    /** Debian puts it where only root looks. */
    private static String brokerProgram() {
        final Path administrators = Path.of("/usr/sbin", BROKER);
        return Files.isExecutable(administrators) ? administrators.toString() : BROKER;
    }

    private static boolean listens(final int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
