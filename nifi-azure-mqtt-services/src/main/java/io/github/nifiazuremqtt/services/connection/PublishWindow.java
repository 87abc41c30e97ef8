/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where publishers wait for their turn: while as many messages as allowed are not acknowledged, while the connection is being renewed, and while a message
 * that may be what the hub does not like is sent alone. Numbers the runs: what was opened before a loss must not send after it.
 */
final class PublishWindow {

    private static final int WAKE_FRACTION = 16;

    private final ReentrantLock windowLock = new ReentrantLock();

    private final Condition room = windowLock.newCondition();

    private final int limit;

    /** Publishers are woken when this many are free again, not for each: a thread switch costs more than a message. */
    private final int wakeRoom;

    private OpenLine line;

    private IoTHubException closedReason = new IoTHubException(FailureCategory.NOT_CONNECTED, "The connection is not open yet");

    private long epoch;

    private int inFlight;

    private int waiting;

    private int waitingAlone;

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
        windowLock.lock();
        try {
            line = opened;
            held = false;
            drained = null;
            room.signalAll();
        } finally {
            windowLock.unlock();
        }
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
        windowLock.lock();
        try {
            line = null;
            held = false;
            drained = null;
            closedReason = reason;
            epoch++;
            room.signalAll();
        } finally {
            windowLock.unlock();
        }
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
     * Waits for room for one message, which is taken until {@link #leave}.
     *
     * @param alone true to wait until nothing is in flight, and to let nothing else be sent meanwhile
     * @return the connection to send it on
     * @throws IoTHubException if the run is over or there was no room in time
     */
    OpenLine enter(final long runEpoch, final Duration timeout, final boolean alone) throws InterruptedException {
        windowLock.lock();
        try {
            long remaining = timeout.toNanos();
            while (true) {
                if (runEpoch != epoch || line == null) {
                    throw new IoTHubException(closedReason.getCategory(), closedReason.getMessage(), closedReason);
                }
                if (!held && hasRoom(alone)) {
                    inFlight++;
                    aloneInFlight = alone;
                    return line;
                }
                if (remaining <= 0) {
                    throw new IoTHubException(FailureCategory.TIMED_OUT, held ? "The connection was not renewed in time"
                            : "%d messages wait for their acknowledgment; no room for another in time".formatted(inFlight));
                }
                remaining = await(remaining, alone);
            }
        } finally {
            windowLock.unlock();
        }
    }

    private boolean hasRoom(final boolean alone) {
        return alone ? inFlight == 0 : inFlight < limit && !aloneInFlight && waitingAlone == 0;
    }

    private long await(final long nanos, final boolean alone) throws InterruptedException {
        waiting++;
        waitingAlone += alone ? 1 : 0;
        try {
            return room.awaitNanos(nanos);
        } finally {
            waiting--;
            waitingAlone -= alone ? 1 : 0;
            if (alone && waiting > 0) {
                room.signalAll();
            }
        }
    }

    /**
     * A message that took room has its outcome.
     */
    void leave() {
        final Runnable run;
        windowLock.lock();
        try {
            inFlight--;
            if (inFlight == 0) {
                aloneInFlight = false;
            }
            if (waiting > 0 && (inFlight == 0 || inFlight <= limit - wakeRoom)) {
                room.signalAll();
            }
            run = inFlight == 0 ? drained : null;
            if (run != null) {
                drained = null;
            }
        } finally {
            windowLock.unlock();
        }

        if (run != null) {
            run.run();
        }
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
