/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.sandbox;

import java.time.Duration;

/**
 * Holds once a time has passed since it was made: for tests of what happens, or does not, within a time.
 */
final class Elapsed implements Await.Condition {

    private final long end;

    Elapsed(final Duration time) {
        end = System.nanoTime() + time.toNanos();
    }

    @Override
    public boolean holds() {
        return System.nanoTime() - end >= 0;
    }
}
