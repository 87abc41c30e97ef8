/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.Receiver;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.nifi.annotation.notification.PrimaryNodeState;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.scheduling.ExecutionNode;

/**
 * The life of a source from start to stop, and the way of what is received into FlowFiles. The receiver is opened by the first trigger and closed when the
 * source is stopped or its node loses the role of the primary node.
 *
 * @param <T> what is received
 */
final class Intake<T> {

    /** A source that is idle is triggered a hundred times a second; whether it can work is looked at less often. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String CONNECTED_DEVICES = "connected devices";

    private volatile Supplier<Receiver<T>> opening;

    private volatile int batchSize;

    private volatile boolean primaryNodeOnly;

    private volatile ComponentLog logger;

    private volatile HindranceNotice notice;

    private volatile IdlePause idlePause;

    private volatile String selectionName;

    private Receiver<T> receiver;

    /** When the next look is due, at the connections, or for a receiver that was refused. */
    private long nextLookNanos;

    /**
     * @param receiving opens the receiver for a selection
     */
    void start(final ProcessContext context, final ComponentLog componentLog, final IoTHubConnectionService service,
               final Function<DeviceSelection, Receiver<T>> receiving) {
        final DeviceSelection selection = SourceProperties.selectDevices(context, service);
        selectionName = selection.findIdentity().map(DeviceIdentity::toString).orElse(CONNECTED_DEVICES);
        opening = () -> receiving.apply(selection);
        batchSize = context.getProperty(SourceProperties.BATCH_SIZE).asInteger();
        primaryNodeOnly = context.getExecutionNode() == ExecutionNode.PRIMARY;
        logger = componentLog;
        notice = new HindranceNotice(componentLog, HindranceNotice.Subject.RECEIVING, System::nanoTime);
        idlePause = new IdlePause(System::nanoTime);
        nextLookNanos = System.nanoTime();
    }

    /**
     * Takes what has arrived and acknowledges it when the session is committed; nothing may follow this in a trigger. If nothing has arrived the processor
     * yields: to wait here would cost one of the threads that all processors share.
     *
     * @param writer makes FlowFiles of what was received
     */
    void receive(final ProcessContext context, final ProcessSession session, final BiConsumer<List<T>, ProcessSession> writer) {
        final Receiver<T> open = open();
        if (open == null) {
            context.yield();
            return;
        }

        look(open);
        final List<T> taken;
        try {
            taken = open.poll(batchSize, idlePause.begin());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (taken.isEmpty()) {
            idlePause.end(context);
            return;
        }

        try {
            writer.accept(taken, session);
        } catch (final Throwable e) {
            open.putBack(taken);
            throw e;
        }
        session.commitAsync(() -> taken.forEach(open::acknowledge), failure -> {
            logger.error("The session could not be committed: {} received stay unacknowledged and are given out again", taken.size(), failure);
            open.putBack(taken);
        });
    }

    private synchronized Receiver<T> open() {
        if (receiver == null && isLookDue()) {
            try {
                receiver = opening.get();
                nextLookNanos = System.nanoTime();
                notice.goesOn(selectionName);
            } catch (final IoTHubException e) {
                final Hindrances refused = new Hindrances();
                refused.add(selectionName, 0, e);
                notice.tell(refused);
            }
        }
        return receiver;
    }

    private boolean isLookDue() {
        final long now = System.nanoTime();
        final boolean due = now - nextLookNanos >= 0;
        if (due) {
            nextLookNanos = now + LOOK_NANOS;
        }
        return due;
    }

    private synchronized void look(final Receiver<T> open) {
        if (isLookDue()) {
            final Hindrances outages = new Hindrances();
            open.getOutages().forEach((identity, reason) -> outages.add(identity.toString(), 0, reason));
            outages.markComplete();
            notice.tell(outages);
        }
    }

    void primaryNodeChanged(final PrimaryNodeState state) {
        if (primaryNodeOnly && state == PrimaryNodeState.PRIMARY_NODE_REVOKED) {
            close();
        }
    }

    /**
     * Closes the receiver. What was not acknowledged comes again; another trigger opens a new receiver.
     */
    synchronized void close() {
        if (receiver != null) {
            receiver.close();
            receiver = null;
            nextLookNanos = System.nanoTime();
        }
    }
}
