/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.ShownText;
import java.util.ArrayList;
import java.util.List;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.logging.ComponentLog;
import org.apache.nifi.processor.ProcessSession;

/**
 * Sees FlowFiles whose messages have their outcome to success or failure.
 */
final class PublishSettlement {

    private final List<Delivery> acknowledged = new ArrayList<>();

    private final List<Delivery> failed = new ArrayList<>();

    private final ComponentLog logger;

    /**
     * @param decided what is acknowledged or has failed for good
     */
    PublishSettlement(final List<Delivery> decided, final ComponentLog logger) {
        this.logger = logger;
        for (final Delivery delivery : decided) {
            (delivery.isAcknowledged() ? acknowledged : failed).add(delivery);
        }
    }

    /**
     * @param session holds all of them
     */
    void transfer(final ProcessSession session) {
        final List<FlowFile> sent = new ArrayList<>(acknowledged.size());
        for (final Delivery delivery : acknowledged) {
            final FlowFile flowFile = withoutFailureReason(delivery.getFlowFile(), session);
            session.getProvenanceReporter().send(flowFile, delivery.getLane().getTransitUri(), delivery.getTransmissionMillis());
            sent.add(flowFile);
        }
        session.transfer(sent, PublishToIoTHub.REL_SUCCESS);
        for (final Delivery delivery : failed) {
            final FlowFile flowFile = session.putAttribute(delivery.getFlowFile(), IoTHubAttributes.FAILURE_REASON, delivery.getFailureReason());
            session.transfer(flowFile, PublishToIoTHub.REL_FAILURE);
        }

        if (!acknowledged.isEmpty()) {
            session.adjustCounter(PublishToIoTHub.COUNTER_SENT, acknowledged.size(), false);
        }
        if (!failed.isEmpty()) {
            session.adjustCounter(PublishToIoTHub.COUNTER_REFUSED, failed.size(), false);
            logger.warn("{} of {} FlowFiles go to failure. The first is {}: {}", failed.size(), failed.size() + acknowledged.size(),
                    ShownText.value(failed.getFirst().getFlowFile()), failed.getFirst().getFailureReason());
        }
    }

    /** A FlowFile that comes from a retry must not carry the reason of its old failure any further. */
    private static FlowFile withoutFailureReason(final FlowFile flowFile, final ProcessSession session) {
        return flowFile.getAttribute(IoTHubAttributes.FAILURE_REASON) == null ? flowFile
                : session.removeAttribute(flowFile, IoTHubAttributes.FAILURE_REASON);
    }

    void commitFailed(final Throwable failure) {
        logger.error("Messages were sent but the session could not be committed: they will be sent again", ShownText.cause(failure));
    }
}
