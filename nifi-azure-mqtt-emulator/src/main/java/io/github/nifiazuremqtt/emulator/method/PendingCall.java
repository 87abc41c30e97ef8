/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import io.github.nifiazuremqtt.emulator.service.ServiceException;
import java.util.concurrent.CompletableFuture;

/**
 * A call that has not been answered.
 *
 * @param key device or module
 * @param call the call
 * @param future what the caller waits for; fails with {@link ServiceException}
 */
record PendingCall(IdentityKey key, MethodCall call, CompletableFuture<MethodAnswer> future) {

    void fail(final ServiceError error, final String message) {
        future.completeExceptionally(new ServiceException(error, message));
    }

    void complete(final MethodReply reply) {
        try {
            future.complete(reply.answer());
        } catch (final ServiceException e) {
            future.completeExceptionally(e);
        }
    }
}
