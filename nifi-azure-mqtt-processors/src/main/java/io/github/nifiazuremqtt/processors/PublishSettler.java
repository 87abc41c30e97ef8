/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.nifi.logging.ComponentLog;

/**
 * Settles what tasks have published, in the order in which they handed it over: a batch whose messages all have their outcome is committed; from one that
 * waits for a silent device the rest is committed, and what waits is carried on in one session, however many there are. One thread, so that no task has to
 * stay for that.
 */
final class PublishSettler {

    /** So long a batch waits for all of its messages. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Beyond the grace, for commits. */
    private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(5);

    /** Default of {@code nifi.queue.swap.threshold}. */
    private static final int SWAP_THRESHOLD = 20_000;

    private final PublishSettings settings;

    private final DeviceLanes lanes;

    private final ReentrantLock orderLock;

    private final Wakeup room;

    private final HindranceNotice notice;

    private final ComponentLog logger;

    private final Wakeup news = new Wakeup();

    private final Deque<PublishBatch> batches = new ConcurrentLinkedDeque<>();

    private final Resender resender;

    private Thread thread;

    /** Null while nothing is carried. */
    private PublishBatch carried;

    private long carriedNanos = System.nanoTime();

    /** Guarded by the order lock. */
    private boolean closed;

    private volatile long stopNanos;

    private volatile boolean stopping;

    /**
     * @param room   told when there is place for a batch, and when a device has caught up
     * @param notice told whose FlowFiles wait, and whose go on
     */
    PublishSettler(final PublishSettings settings, final DeviceLanes lanes, final ReentrantLock orderLock, final Wakeup room, final HindranceNotice notice,
                   final ComponentLog logger) {
        this.settings = settings;
        this.lanes = lanes;
        this.orderLock = orderLock;
        this.room = room;
        this.notice = notice;
        this.logger = logger;
        resender = new Resender(settings, lanes, orderLock, room, news, notice, logger);
    }

    void start(final String name) {
        thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    void wake() {
        news.run();
    }

    /**
     * Takes a batch over. The caller holds the order lock.
     *
     * @return false if the settler has ended
     */
    boolean add(final PublishBatch batch) {
        if (closed) {
            return false;
        }

        batches.addLast(batch);
        wake();
        return true;
    }

    /**
     * Waits until another batch may be begun: batches that are not settled are limited, so that many FlowFiles that come one by one are committed together.
     *
     * @return false if there was no place in time
     */
    boolean awaitPlace(final long timeoutNanos) throws InterruptedException {
        final long deadline = System.nanoTime() + timeoutNanos;
        while (true) {
            final long seen = room.count();
            if (!isFull()) {
                return true;
            }
            if (!room.await(seen, deadline - System.nanoTime())) {
                return false;
            }
        }
    }

    private boolean isFull() {
        return batches.size() >= settings.maximumBatches();
    }

    private void run() {
        long seen = 0;
        while (!isFinished()) {
            try {
                news.await(seen, isIdle() ? Long.MAX_VALUE : Resender.PAUSE_NANOS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            seen = news.count();
            try {
                settleCarried(false);
                settleBatches();
                if (!stopping) {
                    resender.tend();
                }
            } catch (final Throwable e) {
                logger.error("Messages under way could not be looked after; it is tried again", e);
                resender.rest();
            }
        }
        finish();
    }

    private boolean isIdle() {
        return !stopping && batches.isEmpty() && carried == null;
    }

    private boolean isFinished() {
        if (!stopping) {
            return false;
        }
        if (System.nanoTime() - stopNanos >= 0) {
            return true;
        }

        orderLock.lock();
        try {
            return lanes.all().stream().flatMap(lane -> lane.getDeliveries().stream()).noneMatch(Delivery::isUnderWay);
        } finally {
            orderLock.unlock();
        }
    }

    private void settleBatches() {
        PublishBatch oldest = batches.peekFirst();
        while (oldest != null && (oldest.isComplete() || isLate(oldest))) {
            try {
                // First what it may have waited for: a device's FlowFiles leave in their order.
                settleCarried(true);
                settle(oldest, oldest.findDecided());
                carry(oldest);
            } catch (final Throwable e) {
                logger.error("Messages under way could not be looked after; their FlowFiles go back to their queue", e);
                abandon(oldest);
            }
            batches.removeFirst();
            room.run();
            oldest = batches.peekFirst();
        }
    }

    /**
     * @return true if others need not wait for it any longer
     */
    private boolean isLate(final PublishBatch batch) {
        return batch.getSettlingNanos() >= PATIENCE_NANOS || isFull() && batches.stream().skip(1).anyMatch(PublishBatch::isComplete);
    }

    private void carry(final PublishBatch batch) {
        if (batch.isEmpty()) {
            return;
        }

        if (carried == null) {
            carried = batch;
        } else {
            batch.moveTo(carried);
        }
    }

    /**
     * @param now true to commit what there is, false to wait for a moment so that more is committed together
     */
    private void settleCarried(final boolean now) {
        if (carried == null || !now && System.nanoTime() - carriedNanos < PATIENCE_NANOS) {
            return;
        }

        carriedNanos = System.nanoTime();
        settle(carried, carried.findDecided());
        if (carried.isEmpty()) {
            carried.rollback();
            carried = null;
        }
    }

    private void settle(final PublishBatch batch, final List<Delivery> decided) {
        if (decided.isEmpty()) {
            return;
        }

        forget(decided);
        decided.stream().filter(Delivery::isAcknowledged).map(Delivery::getLane).distinct().forEach(lane -> notice.goesOn(lane.getName()));
        try {
            batch.settle(decided, logger);
        } catch (final Throwable e) {
            // It was told when it happened. How much of the session is left is not known.
            abandon(batch);
        }
    }

    private void abandon(final PublishBatch batch) {
        orderLock.lock();
        try {
            lanes.giveUp(batch);
        } finally {
            orderLock.unlock();
        }
    }

    private void forget(final Collection<Delivery> deliveries) {
        orderLock.lock();
        try {
            lanes.remove(deliveries);
        } finally {
            orderLock.unlock();
        }
    }

    /**
     * Ends the thread and waits for it.
     *
     * @param graceNanos time for acknowledgements; what has none then goes back to its queue
     */
    void stop(final long graceNanos) throws InterruptedException {
        stopNanos = System.nanoTime() + graceNanos;
        stopping = true;
        wake();
        thread.join(TimeUnit.NANOSECONDS.toMillis(graceNanos) + STOP_MILLIS);
    }

    /** Without leases nothing is under way any more. */
    private void finish() {
        orderLock.lock();
        try {
            closed = true;
            lanes.all().forEach(DeviceLane::close);
        } finally {
            orderLock.unlock();
        }

        if (carried != null) {
            batches.addFirst(carried);
        }
        int returned = 0;
        int queued = 0;
        for (final PublishBatch batch : batches) {
            try {
                settle(batch, batch.findDecided());
                returned += batch.size();
                queued = batch.countQueued();
                final List<Delivery> rest = List.copyOf(batch.getDeliveries());
                batch.putBack(rest);
                forget(rest);
            } catch (final Throwable e) {
                logger.error("FlowFiles could not be put back into their queue; restart NiFi to see them again", e);
            }
        }
        if (returned > 0 && queued > SWAP_THRESHOLD) {
            logger.warn("{} FlowFiles without acknowledgement are put back into a queue of {}, of which NiFi has swapped a part out: with more than"
                    + " nifi.queue.swap.threshold it sends them after those, not before. Keep the back pressure threshold below it", returned, queued);
        }
    }
}
