/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;
import org.apache.nifi.processor.ProcessSessionFactory;

/**
 * Sees every FlowFile of a batch to its place: success, failure, or back where it was in its queue.
 */
final class PublishSettlement {

    private final List<Delivery> acknowledged = new ArrayList<>();

    private final List<Delivery> refused = new ArrayList<>();

    private final int total;

    PublishSettlement(final List<Delivery> deliveries) {
        total = deliveries.size();
        for (final Delivery delivery : deliveries) {
            if (delivery.isAcknowledged()) {
                acknowledged.add(delivery);
            } else if (delivery.isRefused()) {
                refused.add(delivery);
            }
        }
    }

    /**
     * Commits what is decided and rolls back the rest.
     *
     * @return true if anything was decided
     */
    boolean settle(final ProcessSession session, final ProcessSessionFactory sessionFactory, final ComponentLog logger) {
        final int decided = acknowledged.size() + refused.size();
        if (decided == 0) {
            session.rollback();
            return false;
        }

        commit(PartialCommit.separate(session, sessionFactory, listDecided(), total), logger);
        return true;
    }

    private List<FlowFile> listDecided() {
        final List<FlowFile> flowFiles = new ArrayList<>(acknowledged.size() + refused.size());
        acknowledged.forEach(delivery -> flowFiles.add(delivery.getFlowFile()));
        refused.forEach(delivery -> flowFiles.add(delivery.getFlowFile()));
        return flowFiles;
    }

    private void commit(final ProcessSession session, final ComponentLog logger) {
        final List<FlowFile> sent = new ArrayList<>(acknowledged.size());
        for (final Delivery delivery : acknowledged) {
            final FlowFile flowFile = withoutFailureReason(delivery.getFlowFile(), session);
            session.getProvenanceReporter().send(flowFile, delivery.getTransitUri(), delivery.getTransmissionMillis());
            sent.add(flowFile);
        }
        session.transfer(sent, PublishToIoTHub.REL_SUCCESS);
        for (final Delivery delivery : refused) {
            final FlowFile flowFile = session.putAttribute(delivery.getFlowFile(), IoTHubAttributes.FAILURE_REASON, delivery.getFailureReason());
            session.transfer(flowFile, PublishToIoTHub.REL_FAILURE);
        }

        if (!acknowledged.isEmpty()) {
            session.adjustCounter(PublishToIoTHub.COUNTER_SENT, acknowledged.size(), false);
        }
        if (!refused.isEmpty()) {
            session.adjustCounter(PublishToIoTHub.COUNTER_REFUSED, refused.size(), false);
            logger.warn("{} of {} FlowFiles can never be sent as they are and go to failure. The first is {}: {}", refused.size(), total,
                    refused.getFirst().getFlowFile(), refused.getFirst().getFailureReason());
        }
        session.commitAsync(() -> { }, failure -> logger.error("Messages were sent but the session could not be committed: they will be sent again", failure));
    }

    /** A FlowFile that comes from a retry must not carry the reason of its old failure any further. */
    private static FlowFile withoutFailureReason(final FlowFile flowFile, final ProcessSession session) {
        return flowFile.getAttribute(IoTHubAttributes.FAILURE_REASON) == null ? flowFile
                : session.removeAttribute(flowFile, IoTHubAttributes.FAILURE_REASON);
    }
}
