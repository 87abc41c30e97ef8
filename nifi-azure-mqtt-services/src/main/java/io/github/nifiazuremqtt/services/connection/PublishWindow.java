/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where publishers get their turn: none while as many messages as allowed are not acknowledged, while the connection is being renewed, and while a message
 * that may be what the hub does not like is sent alone. Nobody waits in here; who finds no room is called when there is some. Numbers the runs: what was
 * opened before a loss must not send after it.
 */
final class PublishWindow {

    private static final int WAKE_FRACTION = 16;

    private final ReentrantLock windowLock = new ReentrantLock();

    private final int limit;

    /** Publishers are called when this many are free again, not for each: a thread switch costs more than a message. */
    private final int wakeRoom;

    /** In the order in which they found no room. */
    private final Set<Runnable> waiting = new LinkedHashSet<>();

    private OpenLine line;

    private IoTHubException closedReason = new IoTHubException(FailureCategory.NOT_CONNECTED, "The connection is not open yet");

    private long epoch;

    private int inFlight;

    /** A message that must go alone waits until nothing is in flight. Whoever comes then may go, so that one that never comes again stops nobody. */
    private boolean aloneExpected;

    private boolean aloneInFlight;

    private boolean held;

    private Runnable drained;

    PublishWindow(final int limit) {
        this.limit = limit;
        wakeRoom = Math.max(1, limit / WAKE_FRACTION);
    }

    /**
     * Lets publishers send on this connection: a new one, or one that replaces the last without a loss.
     */
    void open(final OpenLine opened) {
        final List<Runnable> called;
        windowLock.lock();
        try {
            line = opened;
            held = false;
            drained = null;
            called = takeWaiting();
        } finally {
            windowLock.unlock();
        }
        called.forEach(Runnable::run);
    }

    /**
     * Lets nobody send until {@link #open}.
     *
     * @param whenDrained run once when everything that was sent is acknowledged, at once if it is
     */
    void hold(final Runnable whenDrained) {
        windowLock.lock();
        try {
            held = true;
            if (inFlight > 0) {
                drained = whenDrained;
                return;
            }
        } finally {
            windowLock.unlock();
        }
        whenDrained.run();
    }

    /**
     * Ends all runs.
     *
     * @param reason why, for those that publish in a run of before
     */
    void end(final IoTHubException reason) {
        final List<Runnable> called;
        windowLock.lock();
        try {
            line = null;
            held = false;
            drained = null;
            aloneExpected = false;
            closedReason = reason;
            epoch++;
            called = takeWaiting();
        } finally {
            windowLock.unlock();
        }
        called.forEach(Runnable::run);
    }

    /**
     * @return number of the runs that begin now
     */
    long currentEpoch() {
        windowLock.lock();
        try {
            return epoch;
        } finally {
            windowLock.unlock();
        }
    }

    /**
     * @throws IoTHubException if the run is over
     */
    void requireCurrent(final long runEpoch) {
        windowLock.lock();
        try {
            if (runEpoch != epoch || line == null) {
                throw new IoTHubException(closedReason.getCategory(), closedReason.getMessage(), closedReason);
            }
        } finally {
            windowLock.unlock();
        }
    }

    /**
     * Takes room for one message until {@link #leave}.
     *
     * @param alone    true to go with nothing else in flight, and to let nothing else be sent meanwhile
     * @param whenRoom run once if there is no room now
     * @return the connection to send it on, or nothing if there is no room
     * @throws IoTHubException if the run is over
     */
    Optional<OpenLine> enter(final long runEpoch, final boolean alone, final Runnable whenRoom) {
        windowLock.lock();
        try {
            requireCurrent(runEpoch);
            if (held || !hasRoom(alone)) {
                aloneExpected |= alone;
                waiting.add(whenRoom);
                return Optional.empty();
            }

            aloneExpected = false;
            aloneInFlight = alone;
            inFlight++;
            return Optional.of(line);
        } finally {
            windowLock.unlock();
        }
    }

    private boolean hasRoom(final boolean alone) {
        return inFlight == 0 || !alone && inFlight < limit && !aloneInFlight && !aloneExpected;
    }

    /**
     * A message that took room has its outcome.
     */
    void leave() {
        final Runnable run;
        final List<Runnable> called;
        windowLock.lock();
        try {
            inFlight--;
            if (inFlight == 0) {
                aloneInFlight = false;
            }
            called = !held && (inFlight == 0 || inFlight <= limit - wakeRoom && !aloneExpected) ? takeWaiting() : List.of();
            run = inFlight == 0 ? drained : null;
            if (run != null) {
                drained = null;
            }
        } finally {
            windowLock.unlock();
        }

        called.forEach(Runnable::run);
        if (run != null) {
            run.run();
        }
    }

    private List<Runnable> takeWaiting() {
        if (waiting.isEmpty()) {
            return List.of();
        }

        final List<Runnable> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    int inFlight() {
        windowLock.lock();
        try {
            return inFlight;
        } finally {
            windowLock.unlock();
        }
    }
}
