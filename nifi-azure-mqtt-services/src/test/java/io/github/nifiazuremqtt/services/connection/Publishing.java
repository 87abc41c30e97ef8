/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Publishes as somebody does who has one device only: waits until there is room.
 */
public final class Publishing {

    private static final int PATIENCE_SECONDS = 30;

    private Publishing() {
    }

    public static CompletableFuture<Void> publish(final MessagePublisher run, final DeviceMessage message) {
        final Semaphore room = new Semaphore(0);
        try {
            while (!run.reserve(message.deliveryId(), room::release)) {
                if (!room.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("No room in time");
                }
            }
            return run.publish(message);
        } catch (final IoTHubException e) {
            return CompletableFuture.failedFuture(e);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
