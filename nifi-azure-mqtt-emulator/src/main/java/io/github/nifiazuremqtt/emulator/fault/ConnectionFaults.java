/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.fault;

import io.github.nifiazuremqtt.emulator.telemetry.TelemetryMessage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** What goes wrong on the connections of one client, or of all. Changes take effect at once. */
public final class ConnectionFaults {

    private static final Predicate<TelemetryMessage> HARMLESS = message -> false;

    private final AtomicLong pubacksUntilSwallowed = new AtomicLong();
    private final AtomicLong refusalsLeft = new AtomicLong();
    private volatile Duration pubackDelay;
    private volatile Duration connackDelay;
    private volatile Duration lifetime;
    private volatile Duration readPause;
    private volatile long swallowEvery;
    private volatile int connackCode;
    private volatile Predicate<TelemetryMessage> poison;

    ConnectionFaults() {
        clear();
    }

    /** Each PUBACK leaves this much later; their order is kept and nothing else waits. */
    public ConnectionFaults delayPubacks(final Duration delay) {
        pubackDelay = delay;
        return this;
    }

    /** The n-th PUBACK from now on is never sent, although its message is stored. */
    public ConnectionFaults swallowPuback(final long n) {
        pubacksUntilSwallowed.set(n);
        return this;
    }

    /** Every n-th PUBACK is never sent; 0 ends it. */
    public ConnectionFaults swallowEveryPuback(final long n) {
        swallowEvery = n;
        pubacksUntilSwallowed.set(n);
        return this;
    }

    /** Every connection is closed when it has been open for this long; zero ends it. */
    public ConnectionFaults closeEvery(final Duration interval) {
        lifetime = interval;
        return this;
    }

    /** A message for which this holds is neither stored nor acknowledged, and its connection is closed. */
    public ConnectionFaults poison(final Predicate<TelemetryMessage> predicate) {
        poison = predicate;
        return this;
    }

    /** The next CONNECTs are answered with this return code. */
    public ConnectionFaults refuseConnects(final int returnCode, final long times) {
        connackCode = returnCode;
        refusalsLeft.set(times);
        return this;
    }

    /** Every CONNACK leaves this much later. */
    public ConnectionFaults delayConnacks(final Duration delay) {
        connackDelay = delay;
        return this;
    }

    /** The socket is not read for this long after each read. */
    public ConnectionFaults readSlowly(final Duration pause) {
        readPause = pause;
        return this;
    }

    /** Ends all of them. */
    public void clear() {
        pubackDelay = Duration.ZERO;
        connackDelay = Duration.ZERO;
        lifetime = Duration.ZERO;
        readPause = Duration.ZERO;
        swallowEvery = 0;
        pubacksUntilSwallowed.set(0);
        refusalsLeft.set(0);
        connackCode = 0;
        poison = HARMLESS;
    }

    public Duration pubackDelay() {
        return pubackDelay;
    }

    public Duration connackDelay() {
        return connackDelay;
    }

    public Duration lifetime() {
        return lifetime;
    }

    public Duration readPause() {
        return readPause;
    }

    public boolean isPoisoned(final TelemetryMessage message) {
        return poison.test(message);
    }

    /** Counts a PUBACK that is due; true if it is to be swallowed. */
    public boolean swallowsNextPuback() {
        if (pubacksUntilSwallowed.get() <= 0 || pubacksUntilSwallowed.decrementAndGet() != 0) {
            return false;
        }

        pubacksUntilSwallowed.set(swallowEvery);
        return true;
    }

    /** Counts a CONNECT; the return code it gets, 0 if it is judged as usual. */
    public int nextConnackCode() {
        final long left = refusalsLeft.getAndUpdate(value -> Math.max(0, value - 1));
        return left > 0 ? connackCode : 0;
    }
}
