/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.DeviceConnection;
import io.github.nifiazuremqtt.api.DeviceMessage;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.MessageProperties;
import io.github.nifiazuremqtt.api.MessagePublisher;
import io.github.nifiazuremqtt.api.QualityOfService;
import io.github.nifiazuremqtt.api.SystemProperty;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a publisher promises while its window is full, asked of the real one and of the fake with which the processors are tested.
 */
@Timeout(120)
abstract class MessagePublisherContract {

    private static final int WINDOW = 32;

    private static final Runnable NOBODY = () -> { };

    /**
     * @param window messages that may be on their way
     * @return an open connection to a hub that takes messages and acknowledges none
     */
    abstract DeviceConnection connect(int window) throws Exception;

    /** What is on its way is acknowledged, and what follows at once. */
    abstract void acknowledge();

    abstract void cut();

    @Test
    void testFullWindowIsSaidAtOnceAndRoomIsTold() throws Exception {
        try (DeviceConnection connection = connect(WINDOW)) {
            final MessagePublisher run = connection.openPublisher();
            final List<CompletableFuture<Void>> outcomes = fill(run);
            final AtomicInteger called = new AtomicInteger();
            final Runnable whenRoom = called::incrementAndGet;
            assertFalse(run.reserve("more", whenRoom));
            assertFalse(run.reserve("more", whenRoom));
            assertEquals(WINDOW, connection.getStatus().messagesInFlight());
            assertEquals(0, called.get());

            acknowledge();
            CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            assertEquals(1, called.get());
            assertTrue(run.reserve("more", whenRoom));
            run.publish(message("more")).get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void testReservedRoomIsTakenUntilItIsReleased() throws Exception {
        try (DeviceConnection connection = connect(2)) {
            final MessagePublisher run = connection.openPublisher();
            assertTrue(run.reserve("1", NOBODY));
            assertTrue(run.reserve("2", NOBODY));
            final AtomicInteger called = new AtomicInteger();
            assertFalse(run.reserve("3", called::incrementAndGet));
            run.release("1");
            run.release("1");
            assertEquals(1, called.get());
            assertTrue(run.reserve("3", NOBODY));
            assertFalse(run.reserve("4", NOBODY));
        }
    }

    @Test
    void testNothingIsPublishedWithoutRoom() throws Exception {
        try (DeviceConnection connection = connect(2)) {
            final MessagePublisher run = connection.openPublisher();
            assertThrows(IllegalStateException.class, () -> run.publish(message("1")));
        }
    }

    @Test
    void testEndOfRunIsToldToWhomeverWaitsForRoom() throws Exception {
        try (DeviceConnection connection = connect(WINDOW)) {
            final MessagePublisher run = connection.openPublisher();
            final List<CompletableFuture<Void>> outcomes = fill(run);
            final AtomicInteger called = new AtomicInteger();
            assertFalse(run.reserve("more", called::incrementAndGet));
            cut();
            for (final CompletableFuture<Void> outcome : outcomes) {
                assertTrue(category(outcome).isRetryable());
            }
            Await.until(() -> called.get() == 1);
            assertTrue(assertThrows(IoTHubException.class, () -> run.reserve("more", NOBODY)).getCategory().isRetryable());
        }
    }

    @Test
    void testReservedBeforeTheEndIsNotSent() throws Exception {
        try (DeviceConnection connection = connect(WINDOW)) {
            final MessagePublisher run = connection.openPublisher();
            assertTrue(run.reserve("first", NOBODY));
            final CompletableFuture<Void> first = run.publish(message("first"));
            assertTrue(run.reserve("second", NOBODY));
            cut();
            assertTrue(category(first).isRetryable());
            assertTrue(category(run.publish(message("second"))).isRetryable());
        }
    }

    @Test
    void testAbandonedRunIsOver() throws Exception {
        try (DeviceConnection connection = connect(WINDOW)) {
            final MessagePublisher run = connection.openPublisher();
            final List<CompletableFuture<Void>> outcomes = fill(run);
            run.abandon();
            for (final CompletableFuture<Void> outcome : outcomes) {
                assertEquals(FailureCategory.TIMED_OUT, category(outcome));
            }
            assertThrows(IoTHubException.class, () -> run.reserve("more", NOBODY));
        }
    }

    @Test
    void testClosedLeaseEndsItsRunsOnly() throws Exception {
        try (DeviceConnection connection = connect(WINDOW); DeviceConnection other = connect(WINDOW)) {
            final MessagePublisher run = connection.openPublisher();
            final MessagePublisher otherRun = other.openPublisher();
            assertTrue(run.reserve("1", NOBODY));
            final CompletableFuture<Void> failed = run.publish(message("1"));
            assertTrue(run.reserve("reserved", NOBODY));
            assertTrue(otherRun.reserve("2", NOBODY));
            final CompletableFuture<Void> kept = otherRun.publish(message("2"));
            connection.close();
            assertEquals(FailureCategory.CLOSED, category(failed));
            acknowledge();
            kept.get(30, TimeUnit.SECONDS);
            Await.until(() -> other.getStatus().messagesInFlight() == 0);
        }
    }

    private static List<CompletableFuture<Void>> fill(final MessagePublisher run) {
        final List<CompletableFuture<Void>> outcomes = new ArrayList<>();
        for (int i = 0; i < WINDOW; i++) {
            assertTrue(run.reserve("id-" + i, NOBODY));
            outcomes.add(run.publish(message("id-" + i)));
        }
        return outcomes;
    }

    private static FailureCategory category(final CompletableFuture<Void> outcome) {
        final ExecutionException failure = assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
        return ((IoTHubException) failure.getCause()).getCategory();
    }

    private static DeviceMessage message(final String id) {
        return new DeviceMessage(id, id.getBytes(StandardCharsets.UTF_8), new MessageProperties(Map.of(SystemProperty.MESSAGE_ID, id), Map.of(), Map.of()),
                QualityOfService.AT_LEAST_ONCE);
    }
}
