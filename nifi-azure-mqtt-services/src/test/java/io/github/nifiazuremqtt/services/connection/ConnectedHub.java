/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.api.SystemProperty;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.nifi.util.MockComponentLog;

/** Connections to an emulated hub, as the service makes them. */
final class ConnectedHub implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long PAUSE_NANOS = 1_000_000;

    private final DeviceConnections connections;

    private final MockComponentLog log = new MockComponentLog("connection", this);

    ConnectedHub(final IoTHubEmulator emulator, final DeviceCredentialsService keys, final int window) {
        this(emulator, keys, new ConnectionSettings.ConnectionLimits(window, 100, Duration.ofMinutes(5)));
    }

    ConnectedHub(final IoTHubEmulator emulator, final DeviceCredentialsService keys, final ConnectionSettings.ConnectionLimits limits) {
        final HostAddress hub = new HostAddress(emulator.hostName(), OptionalInt.of(emulator.mqttPort()));
        final HubTransport transport = new HubTransport(false, null, trust(emulator), null, Duration.ofSeconds(20));
        connections = new DeviceConnections("test-connection",
                new ConnectionSettings(transport, null, Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(2), limits),
                keys, HubAssignment.of(hub), log);
    }

    static X509TrustManager trust(final IoTHubEmulator emulator) {
        try {
            final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("emulator", emulator.trustAnchor());
            final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (final GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    DeviceConnection connect(final String deviceId) throws InterruptedException {
        final DeviceConnection connection = connections.registry().acquire(DeviceIdentity.ofDevice(deviceId));
        awaitConnected(connection);
        return connection;
    }

    DeviceConnection acquire(final String deviceId) {
        return connections.registry().acquire(DeviceIdentity.ofDevice(deviceId));
    }

    DeviceConnections connections() {
        return connections;
    }

    MockComponentLog log() {
        return log;
    }

    static void awaitConnected(final DeviceConnection connection) throws InterruptedException {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        ConnectionStatus status = connection.awaitConnected(PATIENCE);
        while (status.state() != ConnectionState.CONNECTED) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not connected: " + status);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            status = connection.awaitConnected(PATIENCE);
        }
    }

    static void await(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Not in time");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    static DeviceMessage message(final String id) {
        return new DeviceMessage(id, id.getBytes(StandardCharsets.UTF_8),
                new MessageProperties(Map.of(SystemProperty.MESSAGE_ID, id), Map.of(), Map.of()), QualityOfService.AT_LEAST_ONCE);
    }

    @Override
    public void close() {
        connections.close();
    }
}
