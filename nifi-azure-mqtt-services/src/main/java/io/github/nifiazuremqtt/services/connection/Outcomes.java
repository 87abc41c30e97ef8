/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Futures as the service API promises them: failed with what happened, not with a wrapper that a dependent step puts around it.
 */
final class Outcomes {

    private Outcomes() {
    }

    static <T> CompletableFuture<T> unwrapped(final CompletableFuture<T> dependent) {
        final CompletableFuture<T> outcome = new CompletableFuture<>();
        dependent.whenComplete((result, failure) -> {
            if (failure == null) {
                outcome.complete(result);
            } else {
                outcome.completeExceptionally(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
            }
        });
        return outcome;
    }
}
