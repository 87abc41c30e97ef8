/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.CredentialTarget;
import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceCredential;
import io.github.nifiazuremqtt.api.DeviceCredentialsService;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.mqtt.MqttConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.nifi.controller.AbstractControllerService;
import org.apache.nifi.util.MockComponentLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class DeviceConnectionRegistryTest {

    private static final int MANY = 200;

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device("a").device("b").device("c")
            .with(builder -> IntStream.range(0, MANY).forEach(number -> builder.device("many-" + number))).build();

    @Test
    void testLeasesShareOneConnection() throws Exception {
        try (ConnectedHub hub = hub(100, Duration.ofMinutes(5)); DeviceConnection first = hub.connect("a"); DeviceConnection second = hub.connect("a")) {
            assertEquals(first.getStatus().since(), second.getStatus().since());
            assertEquals(1, emulator().connections().opened());
        }
    }

    @Test
    void testIdleConnectionIsClosedAndOpenedAgain() throws Exception {
        try (ConnectedHub hub = hub(100, Duration.ofMillis(50))) {
            final DeviceConnection lease = hub.connect("a");
            lease.close();
            lease.close();
            ConnectedHub.await(() -> emulator().connections().open().isEmpty());
            hub.connect("a").close();
            assertEquals(2, emulator().connections().opened());
        }
    }

    @Test
    void testIdleTimeBeginsWithTheLastLease() throws Exception {
        try (ConnectedHub hub = hub(100, Duration.ofSeconds(1))) {
            hub.connect("a").close();
            final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_500);
            ConnectedHub.await(() -> {
                hub.acquire("a").close();
                return System.nanoTime() > end;
            });
            assertEquals(1, emulator().connections().opened());
            ConnectedHub.await(() -> emulator().connections().open().isEmpty());
        }
    }

    @Test
    void testLeasesTakenAndReturnedLeaveOneTask() {
        final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        final EmulatedKeys keys = new EmulatedKeys(emulator());
        final ConnectionSettings settings = new ConnectionSettings(
                new HubTransport(false, null, ConnectedHub.trust(emulator()), null, Duration.ofSeconds(20)), null, Duration.ofSeconds(60),
                Duration.ofSeconds(60), Duration.ofSeconds(2), new ConnectionSettings.ConnectionLimits(100, 100, Duration.ofMinutes(5)));
        final Connector connector = new Connector(keys, new NeverAssigned(), new HubConnect(settings, null, Clock.systemUTC()), Runnable::run);
        try (DeviceConnectionRegistry registry = new DeviceConnectionRegistry(new ConnectionContext(settings, connector, new Consumers(), timer, Runnable::run,
                Clock.systemUTC(), () -> 1, new MockComponentLog("registry", this)))) {
            try (DeviceConnection unassigned = registry.acquire(DeviceIdentity.ofDevice("a"))) {
                assertEquals("mqtts:///devices/a", unassigned.getEndpointUri());
            }
            for (int lease = 0; lease < 1_000; lease++) {
                registry.acquire(DeviceIdentity.ofDevice("a")).close();
                registry.acquire(DeviceIdentity.ofDevice("b")).close();
            }
            assertEquals(2, timer.getQueue().size());
        } finally {
            timer.shutdownNow();
        }
    }

    @Test
    void testConnectionInUseIsNotIdle() throws Exception {
        try (ConnectedHub hub = hub(100, Duration.ofMillis(50)); DeviceConnection kept = hub.connect("a")) {
            hub.connect("b").close();
            ConnectedHub.await(() -> open().equals(Set.of("a")));
            assertEquals(ConnectionState.CONNECTED, kept.getStatus().state());
        }
    }

    @Test
    void testLongestIdleMakesRoom() throws Exception {
        try (ConnectedHub hub = hub(2, Duration.ofMinutes(5))) {
            hub.connect("a").close();
            final DeviceConnection used = hub.connect("b");
            final DeviceConnection added = hub.connect("c");
            ConnectedHub.await(() -> open().equals(Set.of("b", "c")));

            final IoTHubException refused = assertThrows(IoTHubException.class, () -> hub.acquire("a"));
            assertEquals(FailureCategory.LIMIT_REACHED, refused.getCategory());
            used.close();
            hub.connect("a").close();
            ConnectedHub.await(() -> open().equals(Set.of("a", "c")));
            added.close();
        }
    }

    @Test
    void testThreadsDoNotGrowWithDevices() throws Exception {
        try (ConnectedHub hub = hub(1_000, Duration.ofMinutes(5))) {
            final List<DeviceConnection> leases = new ArrayList<>();
            for (int number = 0; number < MANY; number++) {
                leases.add(hub.acquire("many-" + number));
            }
            for (final DeviceConnection lease : leases) {
                ConnectedHub.awaitConnected(lease);
            }
            final long threads = Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("test-connection")).count();
            assertEquals(MANY, emulator().connections().open().size());
            assertTrue(threads <= 13);
        }
        assertEquals(Set.of(), open());
    }

    @Test
    void testSlowCredentialsOfOneDeviceHoldUpNobody() throws Exception {
        final SlowKeys keys = new SlowKeys(new EmulatedKeys(emulator()), "a");
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, 10); DeviceConnection slow = hub.acquire("a"); DeviceConnection other = hub.connect("b")) {
            assertEquals(ConnectionState.CONNECTING, slow.getStatus().state());
            assertEquals("mqtts://localhost/devices/a", slow.getEndpointUri());
            assertEquals(ConnectionState.CONNECTED, other.getStatus().state());
            keys.release();
            ConnectedHub.awaitConnected(slow);
        }
    }

    @Test
    void testEvictedConnectionDoesNotTakeTheIdentityFromItsSuccessor() throws Exception {
        final SlowKeys keys = new SlowKeys(new EmulatedKeys(emulator()), "a");
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, new ConnectionSettings.ConnectionLimits(10, 1, Duration.ofMinutes(5)))) {
            hub.acquire("a").close();
            ConnectedHub.await(keys::isWaiting);
            hub.connect("b").close();
            try (DeviceConnection successor = hub.connect("a")) {
                keys.release();
                final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
                ConnectedHub.await(() -> System.nanoTime() > end);
                assertEquals(0, emulator().connections().evictions("a"));
                assertEquals(1, emulator().connections().opened("a"));
                assertEquals(ConnectionState.CONNECTED, successor.getStatus().state());
            }
        }
    }

    @Test
    void testSuccessorWaitsForTheConnectThatIsOnItsWay() throws Exception {
        emulator().faults().of("a").delayConnacks(Duration.ofSeconds(1));
        try (ConnectedHub hub = hub(1, Duration.ofMinutes(5))) {
            hub.acquire("a").close();
            ConnectedHub.await(() -> emulator().connections().socketsAccepted() == 1);
            hub.connect("b").close();
            try (DeviceConnection successor = hub.connect("a")) {
                assertEquals(0, emulator().connections().evictions("a"));
                assertEquals(ConnectionState.CONNECTED, successor.getStatus().state());
            }
        }
    }

    private ConnectedHub hub(final int connections, final Duration idleTimeout) {
        return new ConnectedHub(emulator(), new EmulatedKeys(emulator()), new ConnectionSettings.ConnectionLimits(100, connections, idleTimeout));
    }

    private Set<String> open() {
        return emulator().connections().open().stream().map(MqttConnection::clientId).collect(Collectors.toSet());
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }

    /** Keys of which the first that are asked for a device take until they are released. */
    private static final class SlowKeys extends AbstractControllerService implements DeviceCredentialsService {

        private final EmulatedKeys keys;

        private final String device;

        private final AtomicBoolean asked = new AtomicBoolean();

        private final CountDownLatch released = new CountDownLatch(1);

        private SlowKeys(final EmulatedKeys keys, final String device) {
            this.keys = keys;
            this.device = device;
        }

        @Override
        public List<DeviceCredential> getCredentials(final CredentialTarget target) {
            if (target.identity().deviceId().equals(device) && asked.compareAndSet(false, true)) {
                try {
                    released.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return keys.getCredentials(target);
        }

        private boolean isWaiting() {
            return asked.get();
        }

        private void release() {
            released.countDown();
        }

        @Override
        public Optional<ConnectionDetails> findConnectionDetails() {
            return Optional.empty();
        }
    }

    private static final class NeverAssigned implements HubAssignment {

        @Override
        public CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
            return new CompletableFuture<>();
        }

        @Override
        public boolean doubt(final DeviceIdentity identity) {
            return false;
        }
    }
}
