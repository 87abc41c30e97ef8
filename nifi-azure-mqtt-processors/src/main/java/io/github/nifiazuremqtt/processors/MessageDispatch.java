/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSessionFactory;

/**
 * What is on its way from the start of PublishToIoTHub to its stop. Tasks take FlowFiles and publish them, and never wait for one device while they could go on
 * with another; a thread of its own settles the batches that they hand over.
 */
final class MessageDispatch {

    /** A batch is handed over after that even if there is place for more: what is acknowledged shall not wait for what is not sent yet. */
    private static final long FILL_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /** So long a task waits for room before it is given back: a line on which nothing moves needs no thread. */
    private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * So long a task with nothing else to do waits for a connection that was asked for a moment ago: a processor that runs more rarely than idle connections
     * are closed would never find it open.
     */
    private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** So often a task that waits for room looks for FlowFiles of other devices. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Looking through the whole queue for devices that have room takes a tenth of the time at most, however long the queue is. */
    private static final int WALK_SHARE = 10;

    private final PublishSettings settings;

    private final HindranceNotice notice;

    private final DeviceLanes lanes;

    private final PublishSettler settler;

    /** Held while FlowFiles are taken and published, and while they are put back: what follows of the same device must not come between. */
    private final ReentrantLock orderLock = new ReentrantLock(true);

    /** There is room in a window, or place for a batch. */
    private final Wakeup room = new Wakeup();

    private long walks;

    /** When the whole queue may be looked through again. */
    private long wholeWalkNanos = System.nanoTime();

    private volatile boolean stopping;

    /**
     * @param name name of the thread
     */
    MessageDispatch(final String name, final PublishSettings settings, final ComponentLog logger) {
        this.settings = settings;
        notice = new HindranceNotice(logger, HindranceNotice.Subject.FLOW_FILES, System::nanoTime);
        lanes = new DeviceLanes(settings.service());
        settler = new PublishSettler(settings, lanes, orderLock, room, notice, logger);
        settler.start(name);
    }

    /**
     * Publishes batch after batch while the queue holds more.
     *
     * @param mayGoOn asked before each batch but the first
     * @return true if anything was taken
     */
    boolean publish(final ProcessSessionFactory sessionFactory, final BooleanSupplier mayGoOn) throws InterruptedException {
        boolean any = false;
        Filling filling;
        do {
            if (!settler.awaitPlace(ROOM_NANOS) || stopping) {
                return any;
            }
            filling = fill(new PublishBatch(sessionFactory, settings, settler::wake));
            any |= filling.any();
        } while (filling.more() && mayGoOn.getAsBoolean());
        return any;
    }

    /**
     * Takes and publishes until the batch is full or the queue has nothing more to give, waits for room in between, and hands the batch over.
     */
    private Filling fill(final PublishBatch batch) throws InterruptedException {
        final long started = System.nanoTime();
        try {
            while (true) {
                final long seen = room.count();
                final QueueWalk walk = walk(batch);
                final boolean any = !batch.isEmpty();
                final boolean opening = !any && walk.isOpening();
                if (stopping || walk.isFull() || !walk.isRoomMissing() && !opening) {
                    return new Filling(any, walk.isFull() || walk.isCut());
                }
                if (any) {
                    if (batch.getAgeNanos() >= FILL_NANOS || !room.await(seen, FILL_NANOS - batch.getAgeNanos())) {
                        return new Filling(true, true);
                    }
                } else if (System.nanoTime() - started >= (opening ? OPENING_NANOS : ROOM_NANOS)) {
                    return new Filling(false, false);
                } else {
                    room.await(seen, Math.max(LOOK_NANOS, walk.getDurationNanos() * WALK_SHARE));
                }
            }
        } finally {
            handOver(batch);
        }
    }

    private QueueWalk walk(final PublishBatch batch) throws InterruptedException {
        orderLock.lockInterruptibly();
        try {
            final QueueWalk walk = new QueueWalk(batch, settings, lanes, ++walks, System.nanoTime() - wholeWalkNanos >= 0, room);
            if (!stopping) {
                take(walk);
            }
            return walk;
        } catch (final Throwable e) {
            // How much of the session is left is not known.
            lanes.giveUp(batch);
            settler.wake();
            throw e;
        } finally {
            orderLock.unlock();
        }
    }

    private void take(final QueueWalk walk) {
        try {
            walk.take();
            if (!walk.isCut()) {
                wholeWalkNanos = System.nanoTime() + walk.getDurationNanos() * WALK_SHARE;
            }
            walk.publish(() -> stopping);
        } finally {
            notice.tell(walk.end());
        }
    }

    private void handOver(final PublishBatch batch) {
        orderLock.lock();
        try {
            batch.handOver();
            if (batch.isEmpty()) {
                batch.rollback();
            } else if (!settler.add(batch)) {
                lanes.giveUp(batch);
            }
        } finally {
            orderLock.unlock();
        }
    }

    /**
     * Publishes nothing more, and waits for what is under way to be settled.
     *
     * @param graceNanos time for acknowledgements; what has none then goes back to its queue
     */
    void stop(final long graceNanos) throws InterruptedException {
        stopping = true;
        room.run();
        settler.stop(graceNanos);
    }

    /**
     * @param any  true if anything was taken
     * @param more true if there may be more in the queue
     */
    private record Filling(boolean any, boolean more) {
    }
}
