/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.FlowFileFilter;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.ProcessException;

/**
 * The FlowFiles of one session, of any mix of devices, from their queue to the outcome of their messages. Used by the task that fills it, and after that by
 * the settler.
 */
final class PublishBatch {

    private final ProcessSession session;

    private final ProcessSessionFactory sessionFactory;

    private final PublishSettings settings;

    private final Runnable whenComplete;

    private final long startedNanos = System.nanoTime();

    private final Set<Delivery> deliveries = new LinkedHashSet<>();

    /** One for each delivery without an outcome, and one while it is filled. */
    private final AtomicInteger open = new AtomicInteger(1);

    private volatile long handedOverNanos;

    private volatile boolean handedOver;

    /**
     * @param whenComplete run when the batch is handed over and every message that was published has its outcome
     */
    PublishBatch(final ProcessSessionFactory sessionFactory, final PublishSettings settings, final Runnable whenComplete) {
        this.session = sessionFactory.createSession();
        this.sessionFactory = sessionFactory;
        this.settings = settings;
        this.whenComplete = whenComplete;
    }

    /**
     * Takes what the filter accepts.
     */
    void take(final FlowFileFilter filter) {
        session.get(filter);
    }

    void add(final Delivery delivery) {
        delivery.setBatch(this);
        deliveries.add(delivery);
        if (delivery.getLane() != null) {
            delivery.getLane().add(delivery);
        }
    }

    /**
     * Publishes a message for which there is room.
     */
    void publish(final Delivery delivery) {
        final FlowFile flowFile = delivery.getFlowFile();
        if (flowFile.getSize() > DeviceMessage.MAXIMUM_SIZE) {
            fail(delivery, new IoTHubException(FailureCategory.INVALID_CONTENT, "The content has %d bytes, a message of IoT Hub can have %d with its properties"
                    .formatted(flowFile.getSize(), DeviceMessage.MAXIMUM_SIZE)));
            return;
        }

        final byte[] body = read(flowFile);
        final DeviceMessage message;
        try {
            message = settings.template().create(flowFile, body);
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API; the next FlowFile may do better.
            fail(delivery, new IoTHubException(FailureCategory.INVALID_CONTENT, "The properties of the message cannot be evaluated: " + e.getMessage(), e));
            return;
        }
        open.incrementAndGet();
        delivery.publish(message, this::oneDone);
    }

    private static void fail(final Delivery delivery, final IoTHubException reason) {
        delivery.getLane().release(delivery);
        delivery.fail(reason);
    }

    private byte[] read(final FlowFile flowFile) {
        final byte[] body = new byte[(int) flowFile.getSize()];
        try (InputStream content = session.read(flowFile)) {
            final int length = content.readNBytes(body, 0, body.length);
            if (length < body.length) {
                throw new ProcessException("Content of %s ends after %d of %d bytes".formatted(flowFile, length, body.length));
            }
        } catch (final IOException e) {
            throw new FlowFileAccessException("Content of %s cannot be read".formatted(flowFile), e);
        }
        return body;
    }

    private void oneDone() {
        if (open.decrementAndGet() == 0) {
            whenComplete.run();
        }
    }

    /**
     * Nothing more is added by the task that has filled it.
     */
    void handOver() {
        handedOverNanos = System.nanoTime();
        handedOver = true;
        oneDone();
    }

    boolean isHandedOver() {
        return handedOver;
    }

    /**
     * @return true if there is nothing to wait for
     */
    boolean isComplete() {
        return open.get() == 0 && deliveries.stream().allMatch(Delivery::isDecided);
    }

    boolean isEmpty() {
        return deliveries.isEmpty();
    }

    int size() {
        return deliveries.size();
    }

    /**
     * @return time since it was begun
     */
    long getAgeNanos() {
        return System.nanoTime() - startedNanos;
    }

    /**
     * @return time since it was handed over
     */
    long getSettlingNanos() {
        return System.nanoTime() - handedOverNanos;
    }

    Collection<Delivery> getDeliveries() {
        return deliveries;
    }

    List<Delivery> findDecided() {
        final List<Delivery> decided = new ArrayList<>();
        for (final Delivery delivery : deliveries) {
            if (delivery.isDecided()) {
                decided.add(delivery);
            }
        }
        return decided;
    }

    /**
     * Commits what is decided; the rest stays in the batch.
     *
     * @param decided some or all of the batch
     */
    void settle(final List<Delivery> decided, final ComponentLog logger) {
        final PublishSettlement settlement = new PublishSettlement(decided, logger);
        final PartialCommit commit = new PartialCommit(session, sessionFactory);
        final boolean all = decided.size() == deliveries.size();
        decided.forEach(deliveries::remove);
        if (all) {
            commit.commitAll(settlement::transfer, settlement::commitFailed);
        } else {
            commit.commit(decided.stream().map(Delivery::getFlowFile).toList(), settlement::transfer, settlement::commitFailed);
        }
    }

    /**
     * Moves everything into another batch.
     */
    void moveTo(final PublishBatch other) {
        if (!deliveries.isEmpty()) {
            session.migrate(other.session, deliveries.stream().map(Delivery::getFlowFile).toList());
            for (final Delivery delivery : deliveries) {
                delivery.setBatch(other);
                other.deliveries.add(delivery);
            }
            deliveries.clear();
        }
        session.rollback();
    }

    /**
     * Puts FlowFiles back where they were in their queue.
     *
     * @param returned some or all of the batch
     */
    void putBack(final Collection<Delivery> returned) {
        final List<FlowFile> flowFiles = returned.stream().map(Delivery::getFlowFile).toList();
        final boolean all = flowFiles.size() == deliveries.size();
        deliveries.removeAll(Set.copyOf(returned));
        if (all) {
            session.rollback();
        } else if (!flowFiles.isEmpty()) {
            final ProcessSession returnedSession = sessionFactory.createSession();
            session.migrate(returnedSession, flowFiles);
            returnedSession.rollback();
        }
    }

    /**
     * Puts every FlowFile back, whatever became of its message.
     */
    void rollback() {
        deliveries.clear();
        session.rollback();
    }

    /**
     * @return FlowFiles in the incoming queues, those that are in sessions included
     */
    int countQueued() {
        return session.getQueueSize().getObjectCount();
    }
}
