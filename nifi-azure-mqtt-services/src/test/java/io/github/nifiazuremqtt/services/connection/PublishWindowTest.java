/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PublishWindowTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration AT_ONCE = Duration.ZERO;

    private final PublishWindow window = new PublishWindow(2);

    private final OpenLine line = new OpenLine(null);

    private final AtomicInteger drained = new AtomicInteger();

    private long epoch;

    @BeforeEach
    void open() {
        window.open(line);
        epoch = window.currentEpoch();
    }

    @Test
    void testLimit() throws Exception {
        assertSame(line, window.enter(epoch, AT_ONCE, false));
        window.enter(epoch, AT_ONCE, false);
        assertEquals(2, window.inFlight());
        assertEquals(FailureCategory.TIMED_OUT, refused(false));
        window.leave();
        window.enter(epoch, AT_ONCE, false);
    }

    @Test
    void testWaiterIsWokenByRoom() throws Exception {
        window.enter(epoch, AT_ONCE, false);
        window.enter(epoch, AT_ONCE, false);
        final CompletableFuture<OpenLine> waiter = waiter(false);
        window.leave();
        assertSame(line, waiter.get(10, TimeUnit.SECONDS));
    }

    @Test
    void testAloneWaitsForEmptyWindowAndHoldsOthersBack() throws Exception {
        window.enter(epoch, AT_ONCE, false);
        assertEquals(FailureCategory.TIMED_OUT, refused(true));
        final CompletableFuture<OpenLine> alone = waiter(true);
        ConnectedHub.await(() -> refusedQuietly(false));
        assertFalse(alone.isDone());
        window.leave();
        alone.get(10, TimeUnit.SECONDS);
        assertEquals(FailureCategory.TIMED_OUT, refused(false));
        window.leave();
        window.enter(epoch, AT_ONCE, false);
    }

    @Test
    void testHoldDrainsAndLetsNobodyIn() throws Exception {
        window.enter(epoch, AT_ONCE, false);
        window.hold(drained::incrementAndGet);
        assertEquals(0, drained.get());
        assertEquals(FailureCategory.TIMED_OUT, refused(false));
        window.leave();
        assertEquals(1, drained.get());

        final CompletableFuture<OpenLine> waiter = waiter(false);
        final OpenLine next = new OpenLine(null);
        window.open(next);
        assertSame(next, waiter.get(10, TimeUnit.SECONDS));
        assertEquals(epoch, window.currentEpoch());
    }

    @Test
    void testHoldOfAnEmptyWindowIsDrainedAtOnce() {
        window.hold(drained::incrementAndGet);
        assertEquals(1, drained.get());
    }

    @Test
    void testEndEndsRunsForEver() throws Exception {
        window.enter(epoch, AT_ONCE, false);
        window.enter(epoch, AT_ONCE, false);
        final CompletableFuture<OpenLine> waiter = waiter(false);
        window.end(new IoTHubException(FailureCategory.CONNECTION_LOST, "lost"));
        assertEquals(FailureCategory.CONNECTION_LOST, ((IoTHubException) assertThrows(Exception.class, waiter::join).getCause()).getCategory());

        window.leave();
        window.leave();
        window.open(new OpenLine(null));
        assertEquals(FailureCategory.CONNECTION_LOST, refused(false));
        window.enter(window.currentEpoch(), AT_ONCE, false);
    }

    private CompletableFuture<OpenLine> waiter(final boolean alone) {
        final CompletableFuture<OpenLine> entered = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                entered.complete(window.enter(epoch, TIMEOUT, alone));
            } catch (final IoTHubException | InterruptedException e) {
                entered.completeExceptionally(e);
            }
        });
        return entered;
    }

    private FailureCategory refused(final boolean alone) {
        return assertThrows(IoTHubException.class, () -> window.enter(epoch, AT_ONCE, alone)).getCategory();
    }

    private boolean refusedQuietly(final boolean alone) {
        try {
            window.enter(epoch, AT_ONCE, alone);
            window.leave();
            return false;
        } catch (final IoTHubException e) {
            return true;
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
