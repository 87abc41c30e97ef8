/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.api.ShownText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Registrations that go on at the same time, and the wait for all of them.
 */
final class RegistrationBatch {

    /** The service keeps the time limit; this is for one that does not. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final DeviceProvisioningService service;

    private final Duration timeout;

    private final List<CompletableFuture<ProvisioningResult>> requests = new ArrayList<>();

    private final List<CompletableFuture<RegistrationOutcome>> outcomes = new ArrayList<>();

    private boolean cancelled;

    RegistrationBatch(final DeviceProvisioningService service, final Duration timeout) {
        this.service = service;
        this.timeout = timeout;
    }

    synchronized CompletableFuture<RegistrationOutcome> register(final ProvisioningRequest request) {
        final long start = System.nanoTime();
        final CompletableFuture<ProvisioningResult> pending = service.register(request, timeout);
        final CompletableFuture<RegistrationOutcome> outcome = pending.handle((result, failure) -> new RegistrationOutcome(result,
                failure == null ? null : toException(request, failure), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)));
        requests.add(pending);
        outcomes.add(outcome);
        if (cancelled) {
            pending.cancel(false);
        }
        return outcome;
    }

    /**
     * Waits until every registration has an outcome.
     */
    void await() throws InterruptedException {
        final CompletableFuture<Void> all = CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new));
        try {
            all.get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (final TimeoutException e) {
            cancel();
        } catch (final ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Ends what is not complete.
     */
    synchronized void cancel() {
        cancelled = true;
        requests.forEach(request -> request.cancel(false));
    }

    private static IoTHubException toException(final ProvisioningRequest request, final Throwable failure) {
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof IoTHubException exception) {
            return exception;
        }
        return new IoTHubException(cause instanceof CancellationException ? FailureCategory.CLOSED : FailureCategory.SERVER_ERROR,
                "Registration [%s] was not completed".formatted(ShownText.value(request.registrationId())), cause);
    }
}
