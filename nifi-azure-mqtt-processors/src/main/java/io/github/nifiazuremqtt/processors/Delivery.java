/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.nifi.flowfile.FlowFile;

/**
 * One FlowFile on its way. It is made and asked by the thread of the batch; the outcome comes on a thread of the service and is read after the future is done.
 */
final class Delivery implements BiConsumer<Void, Throwable> {

    private final FlowFile flowFile;

    private final DeviceRun run;

    private CompletableFuture<Void> completion;

    private long publishedNanos;

    private long completedNanos;

    private Throwable failure;

    private Delivery(final FlowFile flowFile, final DeviceRun run, final IoTHubException failure) {
        this.flowFile = flowFile;
        this.run = run;
        this.failure = failure;
        this.completion = failure == null ? null : CompletableFuture.failedFuture(failure);
    }

    static Delivery of(final FlowFile flowFile, final DeviceRun run) {
        return new Delivery(flowFile, run, null);
    }

    static Delivery impossible(final FlowFile flowFile, final IoTHubException reason) {
        return new Delivery(flowFile, null, reason);
    }

    FlowFile getFlowFile() {
        return flowFile;
    }

    /**
     * @return true if there is something to wait for or to send
     */
    boolean isPossible() {
        return completion == null && !run.isOver();
    }

    void publish(final DeviceMessage message, final Duration timeout) {
        completion = run.publish(message, timeout).whenComplete(this);
        publishedNanos = System.nanoTime();
    }

    void fail(final IoTHubException reason) {
        failure = reason;
        completion = CompletableFuture.failedFuture(reason);
    }

    @Override
    public void accept(final Void acknowledged, final Throwable throwable) {
        completedNanos = System.nanoTime();
        if (throwable != null) {
            failure = throwable instanceof CompletionException && throwable.getCause() != null ? throwable.getCause() : throwable;
            if (!isPermanent(failure)) {
                run.end();
            }
        }
    }

    /**
     * Waits for the acknowledgement until the time given has passed since the message was published, and gives up its whole run then.
     */
    void await(final long timeoutNanos) throws InterruptedException {
        if (!isUnderWay()) {
            return;
        }

        try {
            completion.get(publishedNanos + timeoutNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (final ExecutionException e) {
            // The outcome was noted when it came.
        } catch (final TimeoutException e) {
            run.abandon();
        }
    }

    /**
     * @return true if it was published and nothing is known of it since
     */
    boolean isUnderWay() {
        return completion != null && !completion.isDone();
    }

    boolean isAcknowledged() {
        return isDone() && failure == null;
    }

    /**
     * @return true if the message can never be sent
     */
    boolean isRefused() {
        return isDone() && isPermanent(failure);
    }

    /**
     * @return the sentence that a person reads
     */
    String getFailureReason() {
        return failure.getMessage();
    }

    long getTransmissionMillis() {
        return TimeUnit.NANOSECONDS.toMillis(Math.max(0, completedNanos - publishedNanos));
    }

    String getTransitUri() {
        return run.getTransitUri();
    }

    private boolean isDone() {
        return completion != null && completion.isDone();
    }

    private static boolean isPermanent(final Throwable failure) {
        return failure instanceof IoTHubException exception
                && (exception.getCategory() == FailureCategory.INVALID_CONTENT || exception.getCategory() == FailureCategory.REFUSED);
    }
}
