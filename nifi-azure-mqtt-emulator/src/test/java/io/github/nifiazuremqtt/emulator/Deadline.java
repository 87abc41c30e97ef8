/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Waits for what must come true soon. */
final class Deadline {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private Deadline() {
    }

    static void await(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE);
        }

        assertTrue(condition.getAsBoolean());
    }

    /** Waits until a connection was ended for a row of the table of refusals. */
    static void awaitEnd(final IoTHubEmulator emulator, final int row) {
        await(() -> emulator.connections().ends().stream().anyMatch(end -> end.refusal().row() == row));
    }
}
