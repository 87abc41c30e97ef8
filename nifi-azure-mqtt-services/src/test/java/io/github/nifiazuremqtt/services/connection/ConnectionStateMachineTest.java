/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.connection.ConnectionStateMachine.LossVerdict;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConnectionStateMachineTest {

    private static final Duration MAXIMUM = Duration.ofMinutes(1);

    private static final IoTHubException LOST = new IoTHubException(FailureCategory.CONNECTION_LOST, "lost");

    private Duration elapsed = Duration.ZERO;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final ConnectionStateMachine machine = new ConnectionStateMachine(() -> now, () -> elapsed.toNanos(), new ReconnectDelay(MAXIMUM, () -> 1));

    @Test
    void testNewToConnecting() {
        assertEquals(ConnectionState.NEW, machine.state());
        pass(Duration.ofSeconds(3));
        assertTrue(machine.open());
        assertEquals(ConnectionState.CONNECTING, machine.state());
        assertEquals(now, machine.since());
        assertFalse(machine.open());
    }

    @Test
    void testConnectingToConnected() {
        machine.open();
        assertTrue(machine.connected());
        assertEquals(ConnectionState.CONNECTED, machine.state());
        assertFalse(machine.connected());
        assertFalse(machine.open());
        assertFalse(machine.retry());
    }

    @Test
    void testConnectingToWaiting() {
        machine.open();
        assertEquals(Duration.ofSeconds(1), machine.failed(LOST));
        assertEquals(ConnectionState.WAITING, machine.state());
        assertEquals(now.plusSeconds(1), machine.nextAttempt());
        assertSame(LOST, machine.lastFailure());
        assertFalse(machine.connected());
    }

    @Test
    void testWaitingToConnectingByTimeNotByLease() {
        machine.open();
        machine.failed(LOST);
        assertFalse(machine.open());
        assertTrue(machine.retry());
        assertEquals(ConnectionState.CONNECTING, machine.state());
        assertNull(machine.nextAttempt());
        assertFalse(machine.retry());
    }

    @Test
    void testConnectedToWaiting() {
        connect();
        pass(Duration.ofHours(1));
        assertEquals(LossVerdict.LOST, machine.judgeLoss(3, false));
        assertEquals(Duration.ofSeconds(1), machine.failed(LOST));
        assertEquals(ConnectionState.WAITING, machine.state());
    }

    @Test
    void testConnectedToRenewingToConnected() {
        assertFalse(machine.renew());
        connect();
        assertTrue(machine.renew());
        assertEquals(ConnectionState.RENEWING, machine.state());
        assertFalse(machine.renew());
        assertFalse(machine.open());
        assertTrue(machine.connected());
        assertEquals(ConnectionState.CONNECTED, machine.state());
    }

    @Test
    void testRenewingToWaiting() {
        connect();
        machine.renew();
        machine.failed(LOST);
        assertEquals(ConnectionState.WAITING, machine.state());
    }

    @Test
    void testEveryStateToClosedForGood() {
        final List<Consumer<ConnectionStateMachine>> lives = List.of(
                fresh -> { },
                ConnectionStateMachine::open,
                connecting -> {
                    connecting.open();
                    connecting.failed(LOST);
                },
                connecting -> {
                    connecting.open();
                    connecting.connected();
                },
                connecting -> {
                    connecting.open();
                    connecting.connected();
                    connecting.renew();
                });
        for (final Consumer<ConnectionStateMachine> life : lives) {
            final ConnectionStateMachine closed = new ConnectionStateMachine(() -> now, () -> elapsed.toNanos(), new ReconnectDelay(MAXIMUM, () -> 1));
            life.accept(closed);
            assertTrue(closed.close());
            assertFalse(closed.close());
            assertFalse(closed.open());
            assertFalse(closed.connected());
            assertFalse(closed.renew());
            assertFalse(closed.retry());
            assertEquals(ConnectionState.CLOSED, closed.state());
        }
    }

    @Test
    void testDelayGrowsOverAcceptedConnectsAndIsResetByAcknowledgment() {
        machine.open();
        assertEquals(Duration.ofSeconds(1), machine.failed(LOST));
        machine.retry();
        machine.connected();
        machine.judgeLoss(1, false);
        assertEquals(Duration.ofSeconds(2), machine.failed(LOST));
        machine.retry();
        machine.connected();
        assertFalse(machine.isProven());
        machine.gotThrough();
        assertTrue(machine.isProven());
        machine.judgeLoss(1, false);
        assertEquals(Duration.ofSeconds(1), machine.failed(LOST));
    }

    @Test
    void testPersonMustActWaitsMinutes() {
        for (final FailureCategory category : List.of(FailureCategory.UNAUTHORIZED, FailureCategory.REFUSED, FailureCategory.TAKEN_OVER)) {
            begin();
            assertTrue(machine.failed(new IoTHubException(category, "text")).compareTo(Duration.ofMinutes(2)) >= 0);
        }
    }

    @Test
    void testRenewedCertificateIsLookedForWithinAMinute() {
        for (int attempt = 0; attempt < 20; attempt++) {
            begin();
            assertTrue(machine.failed(new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "ended")).compareTo(Duration.ofMinutes(1)) <= 0);
            assertTrue(machine.nextAttempt().isAfter(now) && !machine.nextAttempt().isAfter(now.plusSeconds(60)));
            pass(Duration.ofMinutes(1));
            assertTrue(machine.retry());
        }
    }

    @Test
    void testProxyThatRefusesIsLeftAloneForMinutes() {
        machine.open();
        assertTrue(machine.failed(new IoTHubException(FailureCategory.INVALID_CONFIGURATION, "proxy",
                new MqttSessionException(MqttSessionException.Kind.PROXY_REFUSED, "refused", null))).compareTo(Duration.ofMinutes(2)) >= 0);
    }

    @Test
    void testShortLivesInARowMeanTakeover() {
        for (int life = 1; life < ConnectionStateMachine.TAKEOVER_LIVES; life++) {
            assertEquals(LossVerdict.LOST, live(Duration.ofSeconds(3), 0, false));
        }
        assertEquals(LossVerdict.TAKEN_OVER, live(Duration.ofSeconds(3), 0, false));
        assertEquals(LossVerdict.TAKEN_OVER, live(Duration.ofSeconds(3), 0, false));
        assertEquals(LossVerdict.LOST, live(Duration.ofSeconds(11), 0, false));
        assertEquals(LossVerdict.LOST, live(Duration.ofSeconds(3), 0, false));
    }

    @Test
    void testShortLivesInWhichSomethingGetsThroughAreNoTakeoverAndWaitSeconds() {
        for (int life = 1; life < ConnectionStateMachine.UNSTEADY_LIVES; life++) {
            assertEquals(LossVerdict.LOST, liveBusily(Duration.ofSeconds(3)));
            assertFalse(machine.isUnsteady());
        }
        for (int life = 1; life < 100; life++) {
            connect();
            machine.gotThrough();
            pass(Duration.ofSeconds(3));
            assertEquals(LossVerdict.UNSTEADY, machine.judgeLoss(1, false));
            assertTrue(machine.isUnsteady());
            assertTrue(machine.failed(LOST).compareTo(Duration.ofSeconds(5)) <= 0);
        }
        connect();
        pass(Duration.ofSeconds(30));
        assertEquals(LossVerdict.LOST, machine.judgeLoss(1, false));
        assertTrue(machine.wasSteady());
    }

    @Test
    void testLineOnWhichSomethingGotThroughIsGivenTimeUntilItIsCalledTakeover() {
        liveBusily(Duration.ofSeconds(3));
        for (int life = 1; life < ConnectionStateMachine.UNSTEADY_LIVES; life++) {
            assertFalse(live(Duration.ofSeconds(3), 0, false) == LossVerdict.TAKEN_OVER);
        }
        assertEquals(LossVerdict.TAKEN_OVER, live(Duration.ofSeconds(3), 0, false));
    }

    @Test
    void testWallClockThatIsSetChangesNoDuration() {
        for (int life = 1; life < ConnectionStateMachine.TAKEOVER_LIVES; life++) {
            live(Duration.ofSeconds(3), 0, false);
        }
        connect();
        now = now.plus(Duration.ofHours(1));
        elapsed = elapsed.plusSeconds(3);
        assertEquals(LossVerdict.TAKEN_OVER, machine.judgeLoss(0, false));
    }

    @Test
    void testRestsUntilSomebodyNeedsIt() {
        machine.open();
        machine.failed(LOST);
        machine.rest();
        assertEquals(ConnectionState.WAITING, machine.state());
        assertNull(machine.nextAttempt());
        assertTrue(machine.open());
        assertEquals(ConnectionState.CONNECTING, machine.state());
        assertFalse(machine.open());
        machine.failed(LOST);
        assertFalse(machine.open());
    }

    @Test
    void testSuspectedMessageIsNoTakeover() {
        for (int life = 1; life < 10; life++) {
            assertFalse(live(Duration.ofSeconds(1), 1, true) == LossVerdict.TAKEN_OVER);
        }
        machine.explained();
        assertEquals(LossVerdict.LOST, live(Duration.ofSeconds(1), 1, false));
    }

    @Test
    void testSendsThatAreCutAgainAndAgainLookLikeQuota() {
        assertEquals(LossVerdict.LOST, live(Duration.ofSeconds(1), 1, true));
        assertEquals(LossVerdict.LOST, live(Duration.ofSeconds(1), 1, true));
        assertEquals(LossVerdict.FRUITLESS, live(Duration.ofSeconds(1), 1, true));
    }

    private LossVerdict liveBusily(final Duration life) {
        connect();
        machine.gotThrough();
        return end(life, 1, false);
    }

    private LossVerdict live(final Duration life, final int inFlight, final boolean suspicion) {
        connect();
        return end(life, inFlight, suspicion);
    }

    private LossVerdict end(final Duration life, final int inFlight, final boolean suspicion) {
        pass(life);
        final LossVerdict verdict = machine.judgeLoss(inFlight, suspicion);
        machine.failed(LOST);
        return verdict;
    }

    private void connect() {
        begin();
        machine.connected();
    }

    private void begin() {
        if (!machine.open()) {
            machine.retry();
        }
    }

    private void pass(final Duration time) {
        now = now.plus(time);
        elapsed = elapsed.plus(time);
    }
}
