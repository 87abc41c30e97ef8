/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceSelection;
import io.github.nifiazuremqtt.api.IoTHubConnectionService;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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

    /** Long enough that an idle source costs nothing, short enough that it is stopped at once and gives its thread to others. */
    private static final Duration POLL_WAIT = Duration.ofMillis(200);

    private volatile Supplier<Receiver<T>> opening;

    private volatile int batchSize;

    private volatile boolean primaryNodeOnly;

    private volatile ComponentLog logger;

    private volatile RefusalNotice notice;

    private Receiver<T> receiver;

    /**
     * @param receiving method of the service that opens the receiver for a selection, with a capacity
     */
    void start(final ProcessContext context, final ComponentLog componentLog, final IoTHubConnectionService service,
               final BiFunction<DeviceSelection, Integer, Receiver<T>> receiving) {
        final DeviceSelection selection = SourceProperties.selectDevices(context, service);
        final int capacity = context.getProperty(SourceProperties.QUEUE_CAPACITY).asInteger();
        opening = () -> receiving.apply(selection, capacity);
        batchSize = context.getProperty(SourceProperties.BATCH_SIZE).asInteger();
        primaryNodeOnly = context.getExecutionNode() == ExecutionNode.PRIMARY;
        logger = componentLog;
        notice = new RefusalNotice(componentLog);
    }

    /**
     * Takes what has arrived and acknowledges it when the session is committed; nothing may follow this in a trigger.
     *
     * @param writer makes FlowFiles of what was received
     */
    void receive(final ProcessContext context, final ProcessSession session, final BiConsumer<List<T>, ProcessSession> writer) {
        final Receiver<T> open = open();
        if (open == null) {
            context.yield();
            return;
        }

        final List<T> taken;
        try {
            taken = open.poll(batchSize, POLL_WAIT);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (taken.isEmpty()) {
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
        if (receiver == null) {
            try {
                receiver = opening.get();
                notice.announce(null);
            } catch (final IoTHubException e) {
                notice.announce(e.getMessage());
            }
        }
        return receiver;
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
        }
    }
}
