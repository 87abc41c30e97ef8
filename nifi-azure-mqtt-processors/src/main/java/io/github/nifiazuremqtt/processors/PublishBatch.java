/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.FlowFileFilter.FlowFileFilterResult;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;
import org.apache.nifi.processor.exception.FlowFileAccessException;
import org.apache.nifi.processor.exception.ProcessException;

/**
 * The FlowFiles of one session, of any mix of devices, from their queue to the acknowledgement of their messages.
 */
final class PublishBatch implements AutoCloseable {

    private final ProcessSession session;

    private final PublishSettings settings;

    private final Predicate<DeviceIdentity> unsettledElsewhere;

    /** Asked by other batches and closed when the processor is stopped, therefore concurrent. */
    private final Map<DeviceIdentity, DeviceRun> runs = new ConcurrentHashMap<>();

    private final List<Delivery> deliveries = new ArrayList<>();

    private final CountDownLatch end = new CountDownLatch(1);

    /**
     * @param unsettledElsewhere tells if messages of a device that failed in an earlier batch are not yet back in their queue
     */
    PublishBatch(final ProcessSession session, final PublishSettings settings, final Predicate<DeviceIdentity> unsettledElsewhere) {
        this.session = session;
        this.settings = settings;
        this.unsettledElsewhere = unsettledElsewhere;
    }

    /**
     * Takes FlowFiles in the order of their queue. Those of a device that cannot be published to now stay where they are and keep nobody else waiting.
     *
     * @return true if anything was taken
     */
    boolean take() {
        session.get(flowFile -> {
            final Delivery delivery = address(flowFile);
            if (delivery == null) {
                return FlowFileFilterResult.REJECT_AND_CONTINUE;
            }
            deliveries.add(delivery);
            return deliveries.size() < settings.batchSize() ? FlowFileFilterResult.ACCEPT_AND_CONTINUE : FlowFileFilterResult.ACCEPT_AND_TERMINATE;
        });
        return !deliveries.isEmpty();
    }

    /**
     * @return true if there may be more in the queue than was taken
     */
    boolean isFull() {
        return deliveries.size() == settings.batchSize();
    }

    /**
     * @return null if the device cannot be published to now
     */
    private Delivery address(final FlowFile flowFile) {
        final DeviceIdentity identity;
        try {
            identity = settings.identities().evaluate(flowFile);
        } catch (final IoTHubException e) {
            return Delivery.impossible(flowFile, e);
        }

        final DeviceRun run = runs.computeIfAbsent(identity, this::open);
        return run.isOver() ? null : Delivery.of(flowFile, run);
    }

    private DeviceRun open(final DeviceIdentity identity) {
        final DeviceRun run = DeviceRun.open(settings.service(), identity);
        // Asked after the run was opened: a connection that was lost since an earlier batch published has failed that batch's messages before it opened again.
        if (unsettledElsewhere.test(identity)) {
            run.end();
        }
        return run;
    }

    /**
     * Publishes what was taken without waiting for acknowledgements.
     *
     * @param stopping asked before each message
     */
    void publish(final BooleanSupplier stopping) {
        for (final Delivery delivery : deliveries) {
            if (stopping.getAsBoolean()) {
                return;
            }
            if (delivery.isPossible()) {
                publish(delivery);
            }
        }
    }

    private void publish(final Delivery delivery) {
        final FlowFile flowFile = delivery.getFlowFile();
        if (flowFile.getSize() > DeviceMessage.MAXIMUM_SIZE) {
            delivery.fail(new IoTHubException(FailureCategory.INVALID_CONTENT, "The content has %d bytes, a message of IoT Hub can have %d with its properties"
                    .formatted(flowFile.getSize(), DeviceMessage.MAXIMUM_SIZE)));
            return;
        }

        final byte[] body = read(flowFile);
        final DeviceMessage message;
        try {
            message = settings.template().create(flowFile, body);
        } catch (final RuntimeException e) {
            // Expression Language fails with exceptions that are not part of the NiFi API; the next FlowFile may do better.
            delivery.fail(new IoTHubException(FailureCategory.INVALID_CONTENT, "The properties of the message cannot be evaluated: " + e.getMessage(), e));
            return;
        }
        delivery.publish(message, settings.acknowledgmentTimeout());
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

    /**
     * @return true if there is nothing to wait for
     */
    boolean isComplete() {
        return deliveries.reversed().stream().noneMatch(Delivery::isUnderWay);
    }

    /**
     * Waits for the acknowledgements. The last message is waited for first, because acknowledgements come in order: one wait instead of a thousand.
     */
    void awaitAcknowledgments() throws InterruptedException {
        final long timeoutNanos = settings.acknowledgmentTimeout().toNanos();
        for (final Delivery delivery : deliveries.reversed()) {
            delivery.await(timeoutNanos);
        }
    }

    /**
     * Sees every FlowFile to its place.
     *
     * @return true if anything was acknowledged or refused
     */
    boolean settle(final ProcessSessionFactory sessionFactory, final ComponentLog logger) {
        return new PublishSettlement(deliveries).settle(session, sessionFactory, logger);
    }

    /**
     * Puts every FlowFile back, whatever became of its message.
     */
    void rollback() {
        session.rollback();
    }

    /**
     * @return true if messages of this device have failed here and will go back to their queue
     */
    boolean hasFailed(final DeviceIdentity identity) {
        final DeviceRun run = runs.get(identity);
        return run != null && run.hasFailed();
    }

    /**
     * @return why a device could get no connection at all, if there is such a device
     */
    Optional<IoTHubException> findLeaseRefusal() {
        return runs.values().stream().map(DeviceRun::getLeaseRefusal).filter(refusal -> refusal != null).findFirst();
    }

    /**
     * Notes that every FlowFile is where it belongs.
     */
    void end() {
        end.countDown();
    }

    boolean awaitEnd(final long timeoutNanos) throws InterruptedException {
        return end.await(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Gives the leases back. From another thread it ends the batch early: what is not acknowledged fails at once.
     */
    @Override
    public void close() {
        runs.values().forEach(DeviceRun::close);
    }
}
