/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waiting for what the hub answers, and FlowFile attributes of what it refuses.
 */
final class HubAnswer {

    /** The service ends every request at its time; this is for a service that does not. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    private HubAnswer() {
    }

    /**
     * @param timeout time that the service was given for the request
     * @throws IoTHubException if the request failed
     */
    static <T> T await(final CompletableFuture<T> answer, final Duration timeout) throws InterruptedException {
        try {
            return answer.get(timeout.plus(MARGIN).toNanos(), TimeUnit.NANOSECONDS);
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof IoTHubException failure) {
                throw failure;
            }
            throw new IoTHubException(FailureCategory.SERVER_ERROR, "The request failed: " + e.getCause().getMessage(), e.getCause());
        } catch (final TimeoutException e) {
            throw new IoTHubException(FailureCategory.TIMED_OUT, "No answer within %d seconds".formatted(timeout.toSeconds()), e);
        }
    }

    /**
     * @return attributes of a FlowFile that goes to failure
     */
    static Map<String, String> describe(final IoTHubException failure) {
        final Map<String, String> attributes = new HashMap<>();
        attributes.put(IoTHubAttributes.FAILURE_REASON, failure.getMessage());
        failure.getHubError().ifPresent(error -> {
            attributes.put(IoTHubAttributes.STATUS_CODE, Integer.toString(error.statusCode()));
            error.findErrorCode().ifPresent(code -> attributes.put(IoTHubAttributes.ERROR_CODE, Integer.toString(code)));
            error.findTrackingId().ifPresent(trackingId -> attributes.put(IoTHubAttributes.TRACKING_ID, trackingId));
            if (!error.body().isEmpty()) {
                attributes.put(IoTHubAttributes.ERROR_BODY, error.body());
            }
        });
        return attributes;
    }
}
