/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.Receiver;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessContext;
import org.apache.nifi.processor.ProcessSession;

/**
 * The way of what is received into FlowFiles: the receiver of a source, opened by its first trigger and closed when it is stopped or its node loses its role.
 *
 * @param <T> what is received
 */
final class Intake<T> {

    /** Long enough that an idle source costs nothing, short enough that it is stopped at once and gives its thread to others. */
    private static final Duration POLL_WAIT = Duration.ofMillis(200);

    private final Supplier<Receiver<T>> opening;

    private final int batchSize;

    private final ComponentLog logger;

    private final RefusalNotice notice;

    private Receiver<T> receiver;

    Intake(final Supplier<Receiver<T>> opening, final int batchSize, final ComponentLog logger) {
        this.opening = opening;
        this.batchSize = batchSize;
        this.logger = logger;
        this.notice = new RefusalNotice(logger);
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
