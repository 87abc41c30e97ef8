/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.emulator.IoTHubEmulator;
import io.github.nifiazuremqtt.emulator.IoTHubEmulatorExtension;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The reported properties are those that the patches give one after the other, in the order in which they were asked for. */
@Timeout(120)
class TwinOrderTest {

    private static final String DEVICE = "pump-7";

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final int PATCHES = 20;

    private static final int ROUNDS = 20;

    @RegisterExtension
    private final IoTHubEmulatorExtension extension = IoTHubEmulatorExtension.builder().device(DEVICE).build();

    @Test
    void testPatchesRightAfterConnect() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 50); DeviceConnection connection = hub.connect(DEVICE)) {
                report(connection, round);
                assertFolded(round);
            }
        }
    }

    @Test
    void testPatchesAcrossCuts() throws Exception {
        try (ConnectedHub hub = new ConnectedHub(emulator(), new EmulatedKeys(emulator()), 50); DeviceConnection connection = hub.connect(DEVICE)) {
            for (int round = 0; round < ROUNDS; round++) {
                final int cut = round;
                final List<CompletableFuture<Long>> begun = patch(connection, round, 0);
                emulator().faults().dropConnections();
                ConnectedHub.await(() -> emulator().connections().opened() >= cut + 2);
                finish(connection, round, begun);
                assertFolded(round);
            }
        }
    }

    @Test
    void testPatchesAcrossRenewals() throws Exception {
        final EmulatedKeys keys = new EmulatedKeys(emulator()).life(Duration.ofMillis(150));
        try (ConnectedHub hub = new ConnectedHub(emulator(), keys, 50); DeviceConnection connection = hub.connect(DEVICE)) {
            int round = 0;
            while (emulator().connections().opened() <= ROUNDS) {
                report(connection, round);
                assertFolded(round);
                round++;
            }
        }
    }

    private void report(final DeviceConnection connection, final int round) throws InterruptedException {
        finish(connection, round, patch(connection, round, 0));
    }

    /** As a processor does: what failed for now is asked for again, and with it all that follow. */
    private void finish(final DeviceConnection connection, final int round, final List<CompletableFuture<Long>> begun) throws InterruptedException {
        List<CompletableFuture<Long>> outcomes = begun;
        int first = 0;
        while (true) {
            final int failed = findFailed(outcomes);
            if (failed < 0) {
                return;
            }
            first += failed;
            ConnectedHub.awaitConnected(connection);
            outcomes = patch(connection, round, first);
        }
    }

    private static int findFailed(final List<CompletableFuture<Long>> outcomes) throws InterruptedException {
        int failed = -1;
        for (int i = 0; i < outcomes.size(); i++) {
            try {
                outcomes.get(i).get(20, TimeUnit.SECONDS);
            } catch (final ExecutionException e) {
                assertTrue(((IoTHubException) e.getCause()).getCategory().isRetryable());
                failed = failed < 0 ? i : failed;
            } catch (final TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
        return failed;
    }

    private static List<CompletableFuture<Long>> patch(final DeviceConnection connection, final int round, final int first) {
        final List<CompletableFuture<Long>> outcomes = new ArrayList<>();
        for (int i = first; i < PATCHES; i++) {
            final int value = round * PATCHES + i;
            outcomes.add(connection.updateReportedProperties("{\"last\":%d,\"of%d\":%d}".formatted(value, i % 3, value).getBytes(StandardCharsets.UTF_8),
                    OptionalLong.empty(), TIMEOUT));
        }
        return outcomes;
    }

    private void assertFolded(final int round) throws Exception {
        final int end = round * PATCHES + PATCHES;
        assertEquals(List.of(end - 1, end - 2, end - 1, end - 3), List.of(reported("last"), reported("of0"), reported("of1"), reported("of2")));
    }

    private int reported(final String name) throws Exception {
        return emulator().twins().reported(IdentityKey.device(DEVICE)).path(name).intValue();
    }

    private IoTHubEmulator emulator() {
        return extension.emulator();
    }
}
