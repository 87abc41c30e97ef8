/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** Which requests to twins go wrong. What was asked for by number comes first, then by predicate, then by chance. */
public final class TwinFaults {

    private final Deque<TwinFault> next = new ArrayDeque<>();
    private Predicate<TwinRequest> predicate = request -> false;
    private TwinFault matching = TwinFault.NONE;
    private Random random = new Random(0);
    private double share;
    private List<TwinFault> choices = List.of();

    /** The next requests go wrong. */
    public synchronized TwinFaults next(final int times, final TwinFault fault) {
        next.addAll(Collections.nCopies(times, fault));
        return this;
    }

    /** Every request for which the predicate holds goes wrong. */
    public synchronized TwinFaults when(final Predicate<TwinRequest> condition, final TwinFault fault) {
        predicate = condition;
        matching = fault;
        return this;
    }

    /** A share of the requests, between 0 and 1, goes wrong in one of the given ways. The same seed gives the same sequence. */
    public synchronized TwinFaults randomly(final long seed, final double wrongShare, final TwinFault... faults) {
        random = new Random(seed);
        share = wrongShare;
        choices = List.of(faults);
        return this;
    }

    /** Nothing goes wrong any more. */
    public synchronized void clear() {
        next.clear();
        predicate = request -> false;
        choices = List.of();
    }

    synchronized TwinFault of(final TwinRequest request) {
        if (!next.isEmpty()) {
            return next.removeFirst();
        }

        if (predicate.test(request)) {
            return matching;
        }

        return choices.isEmpty() || random.nextDouble() >= share ? TwinFault.NONE : choices.get(random.nextInt(choices.size()));
    }
}
