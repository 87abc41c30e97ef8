/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessagePublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends as a processor does: what was not acknowledged goes first again, in a new run. */
final class OrderedPublisher {

    private final DeviceConnection connection;

    private final List<String> ids;

    private final List<String> refused = new ArrayList<>();

    private int runs;

    OrderedPublisher(final DeviceConnection connection, final List<String> ids) {
        this.connection = connection;
        this.ids = ids;
    }

    void sendAll() throws InterruptedException {
        List<String> open = ids;
        while (!open.isEmpty()) {
            ConnectedHub.awaitConnected(connection);
            try {
                open = sendInOneRun(open);
            } catch (final IoTHubException e) {
                assertTrue(e.getCategory().isRetryable());
            }
        }
    }

    private List<String> sendInOneRun(final List<String> open) throws InterruptedException {
        final MessagePublisher run = connection.openPublisher();
        runs++;
        final List<CompletableFuture<Void>> outcomes = new ArrayList<>();
        for (final String id : open) {
            final CompletableFuture<Void> outcome = Publishing.publish(run, ConnectedHub.message(id));
            outcomes.add(outcome);
            if (outcome.isCompletedExceptionally()) {
                break;
            }
        }

        final List<String> left = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            if (i >= outcomes.size()) {
                left.add(open.get(i));
                continue;
            }
            try {
                outcomes.get(i).get(30, TimeUnit.SECONDS);
            } catch (final ExecutionException e) {
                if (((IoTHubException) e.getCause()).getCategory() == FailureCategory.REFUSED) {
                    refused.add(open.get(i));
                } else {
                    left.add(open.get(i));
                }
            } catch (final TimeoutException e) {
                throw new IllegalStateException(e);
            }
        }
        return left;
    }

    List<String> ids() {
        return ids;
    }

    List<String> refused() {
        return refused;
    }

    int runs() {
        return runs;
    }
}
