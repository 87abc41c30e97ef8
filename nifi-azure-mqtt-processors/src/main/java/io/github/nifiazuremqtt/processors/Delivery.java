/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.nifi.flowfile.FlowFile;
import org.apache.nifi.flowfile.attributes.CoreAttributes;

/**
 * One FlowFile on its way. What it is sent on is changed by one thread at a time; the outcome comes on a thread of the service.
 */
final class Delivery implements BiConsumer<Void, Throwable> {

    private final FlowFile flowFile;

    private final DeviceLane lane;

    private PublishBatch batch;

    private Runnable whenDone;

    private volatile long publishedNanos;

    private volatile long completedNanos;

    private volatile IoTHubException failure;

    private volatile Stage stage = Stage.WAITING;

    private Delivery(final FlowFile flowFile, final DeviceLane lane) {
        this.flowFile = flowFile;
        this.lane = lane;
    }

    static Delivery of(final FlowFile flowFile, final DeviceLane lane) {
        return new Delivery(flowFile, lane);
    }

    /**
     * A FlowFile that is not sent.
     */
    static Delivery impossible(final FlowFile flowFile, final IoTHubException reason) {
        final Delivery delivery = new Delivery(flowFile, null);
        delivery.fail(reason);
        return delivery;
    }

    void fail(final IoTHubException reason) {
        failure = reason;
        stage = Stage.FAILED;
    }

    /**
     * @param done run when there is an outcome
     */
    void publish(final DeviceMessage message, final Runnable done) {
        whenDone = done;
        publishedNanos = System.nanoTime();
        stage = Stage.UNDER_WAY;
        lane.publish(message).whenComplete(this);
    }

    @Override
    public void accept(final Void acknowledged, final Throwable throwable) {
        completedNanos = System.nanoTime();
        if (throwable == null) {
            stage = Stage.ACKNOWLEDGED;
        } else {
            final Throwable cause = throwable instanceof CompletionException && throwable.getCause() != null ? throwable.getCause() : throwable;
            if (cause instanceof IoTHubException exception && isPermanent(exception)) {
                fail(exception);
            } else {
                lane.end();
                stage = Stage.WAITING;
            }
        }
        whenDone.run();
    }

    private static boolean isPermanent(final IoTHubException failure) {
        return failure.getCategory() == FailureCategory.INVALID_CONTENT || failure.getCategory() == FailureCategory.REFUSED;
    }

    FlowFile getFlowFile() {
        return flowFile;
    }

    String getDeliveryId() {
        return flowFile.getAttribute(CoreAttributes.UUID.key());
    }

    /**
     * @return null if the FlowFile is not sent
     */
    DeviceLane getLane() {
        return lane;
    }

    /**
     * @return whose session holds the FlowFile
     */
    PublishBatch getBatch() {
        return batch;
    }

    void setBatch(final PublishBatch newBatch) {
        batch = newBatch;
    }

    /**
     * @return true if it is not sent yet, or has to be sent again
     */
    boolean isWaiting() {
        return stage == Stage.WAITING;
    }

    boolean isUnderWay() {
        return stage == Stage.UNDER_WAY;
    }

    boolean isDecided() {
        return isAcknowledged() || isFailed();
    }

    boolean isAcknowledged() {
        return stage == Stage.ACKNOWLEDGED;
    }

    /**
     * @return true if the FlowFile goes to failure
     */
    boolean isFailed() {
        return stage == Stage.FAILED;
    }

    /**
     * @return the sentence that a person reads
     */
    String getFailureReason() {
        return failure.getMessage();
    }

    long getPublishedNanos() {
        return publishedNanos;
    }

    long getTransmissionMillis() {
        return TimeUnit.NANOSECONDS.toMillis(Math.max(0, completedNanos - publishedNanos));
    }

    private enum Stage {
        WAITING, UNDER_WAY, ACKNOWLEDGED, FAILED
    }
}
