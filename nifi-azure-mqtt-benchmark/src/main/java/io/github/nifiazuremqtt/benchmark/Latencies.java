/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Times that something took.
 */
final class Latencies {

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private final List<Long> nanos = new ArrayList<>();

    void add(final long time) {
        nanos.add(time);
    }

    void clear() {
        nanos.clear();
    }

    /** Milliseconds that so many percent did not exceed. */
    double percentile(final int percent) {
        final int rank = (int) Math.ceil(nanos.size() * percent / 100.0);
        return nanos.stream().sorted().toList().get(rank - 1) / NANOS_PER_MILLISECOND;
    }
}
