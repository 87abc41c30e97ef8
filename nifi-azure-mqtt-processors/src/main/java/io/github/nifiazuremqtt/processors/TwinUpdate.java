/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.flowfile.FlowFile;

/**
 * One FlowFile on its way to a twin, and how it went.
 */
final class TwinUpdate {

    private final FlowFile flowFile;

    private final TwinSequence sequence;

    private TwinPatch patch;

    private OptionalLong expectedVersion;

    private CompletableFuture<Long> answer;

    private long sentNanos;

    private long answeredNanos;

    private Long version;

    private IoTHubException failure;

    TwinUpdate(final FlowFile flowFile, final TwinSequence sequence) {
        this.flowFile = flowFile;
        this.sequence = sequence;
    }

    TwinUpdate(final FlowFile flowFile, final IoTHubException failure) {
        this.flowFile = flowFile;
        this.sequence = null;
        this.failure = failure;
    }

    FlowFile getFlowFile() {
        return flowFile;
    }

    TwinSequence getSequence() {
        return sequence;
    }

    boolean isPossible() {
        return failure == null;
    }

    void fail(final IoTHubException reason) {
        failure = reason;
    }

    /**
     * Starts to read the twin if the patch needs that; one reading serves all patches of the device.
     */
    void prepare(final TwinPatch newPatch, final OptionalLong newExpectedVersion, final Duration timeout) {
        patch = newPatch;
        expectedVersion = newExpectedVersion;
        if (patch.needsReported()) {
            sequence.read(timeout);
        }
    }

    /**
     * @return true if {@link #send} may have to wait
     */
    boolean isReading() {
        return sequence != null && sequence.isReading();
    }

    /**
     * Sends the patch if there is one, once the twin is read where that is needed.
     */
    void send(final Duration timeout) throws InterruptedException {
        if (patch == null || sequence.isBroken()) {
            return;
        }

        try {
            final byte[] body = patch.create(sequence.awaitReported(timeout));
            sentNanos = System.nanoTime();
            answer = sequence.getConnection().updateReportedProperties(body, expectedVersion, timeout);
        } catch (final IoTHubException e) {
            settle(e);
        }
    }

    /**
     * Waits for the answer. A patch that can succeed later breaks the sequence of its device: what follows has to be applied after it, once more if need be.
     */
    void await(final Duration timeout) throws InterruptedException {
        if (failure != null) {
            return;
        }
        if (sequence.isBroken()) {
            return;
        }
        if (answer == null) {
            sequence.breakOff(null);
            return;
        }

        try {
            version = HubAnswer.await(answer, timeout);
            answeredNanos = System.nanoTime();
        } catch (final IoTHubException e) {
            settle(e);
        }
    }

    private void settle(final IoTHubException reason) {
        if (reason.getCategory().isRetryable()) {
            sequence.breakOff(reason);
        } else {
            failure = reason;
        }
    }

    /**
     * @return the new version of the reported properties; null if the patch was not accepted, or has to be sent again
     */
    Long getVersion() {
        return version;
    }

    /**
     * @return why the patch can never be applied, or null
     */
    IoTHubException getFailure() {
        return failure;
    }

    long getTransmissionMillis() {
        return TimeUnit.NANOSECONDS.toMillis(answeredNanos - sentNanos);
    }

    static IoTHubException invalid(final String reason, final Throwable cause) {
        return new IoTHubException(FailureCategory.INVALID_CONTENT, reason, cause);
    }
}
