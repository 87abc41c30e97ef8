/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something to become true. */
final class Conditions {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private Conditions() {
    }

    static void await(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(INTERVAL.toNanos());
        }

        assertTrue(condition);
    }

    /** Waits until a connection was ended for a row of the table of refusals. */
    static void awaitEnd(final IoTHubEmulator emulator, final int row) {
        await(() -> emulator.connections().ends().stream().anyMatch(end -> end.refusal().row() == row));
    }
}
