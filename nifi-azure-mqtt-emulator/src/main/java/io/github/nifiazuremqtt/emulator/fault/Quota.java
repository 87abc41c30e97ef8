/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.fault;

import java.util.concurrent.atomic.AtomicLong;

/** The messages and twin requests that the hub still takes today, metered in blocks of 4 KB. */
public final class Quota {

    private static final int BLOCK = 4096;

    private final AtomicLong remaining = new AtomicLong(Long.MAX_VALUE);

    /** Sets what is left. */
    public void set(final long blocks) {
        remaining.set(blocks);
    }

    public void lift() {
        set(Long.MAX_VALUE);
    }

    public long remaining() {
        return remaining.get();
    }

    /** Takes what a message of this size costs; false, and nothing taken, if that is more than is left. */
    public boolean take(final int size) {
        final long cost = Math.max(1, (size + BLOCK - 1) / BLOCK);
        if (remaining.get() == Long.MAX_VALUE) {
            return true;
        }

        return remaining.getAndUpdate(left -> left >= cost ? left - cost : left) >= cost;
    }
}
