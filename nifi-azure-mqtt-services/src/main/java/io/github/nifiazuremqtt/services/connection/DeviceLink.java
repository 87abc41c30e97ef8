/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.ConnectionState;
import io.github.nifiazuremqtt.api.ConnectionStatus;
import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The one connection of an identity over all its sessions: carries out what the state machine decides. What is decided is decided under the lock; who waits
 * for an outcome is told without it.
 */
final class DeviceLink {

    private final Object linkLock = new Object();

    private final DeviceIdentity identity;

    private final ConnectionContext context;

    private final ConnectionStateMachine machine;

    private final ConnectionReporter reporter;

    private final TelemetrySender sender;

    private final InboundTraffic inbound;

    private final SessionRenewal renewal;

    /** What another session reports is ignored. Null while there is none, neither open nor on its way. */
    private LinkSession current;

    /** Kept when the connection ends; null before the identity was assigned to a hub. */
    private volatile String hubHost;

    private final BooleanSupplier needed;

    private final CompletableFuture<Void> predecessor;

    private Future<?> nextStep;

    private volatile boolean proven;

    /**
     * @param needed      false if nobody uses the connection: one that ends then is not made anew
     * @param predecessor completes when the link that had this identity before cannot reach the hub any more
     */
    DeviceLink(final DeviceIdentity identity, final ConnectionContext context, final BooleanSupplier needed, final CompletableFuture<Void> predecessor) {
        this.identity = identity;
        this.context = context;
        this.needed = needed;
        this.predecessor = predecessor;
        hubHost = context.connector().findKnownHub(identity).map(HostAddress::host).orElse(null);
        machine = new ConnectionStateMachine(context.clock(), System::nanoTime,
                new ReconnectDelay(context.settings().maximumReconnectDelay(), context.random()));
        reporter = new ConnectionReporter(context.log(), identity);
        sender = new TelemetrySender(identity, context.settings().limits().messagesInFlight(), this::hubAnswered, this::hubProbed,
                this::acknowledgmentsMissing);
        inbound = new InboundTraffic(identity, context, sender.topics(), this::hubAnswered);
        renewal = new SessionRenewal(this, context);
    }

    void open() {
        synchronized (linkLock) {
            if (machine.open()) {
                begin(0);
            }
        }
    }

    private void begin(final int firstCredential) {
        final LinkSession session = new LinkSession(this, context);
        current = session;
        inbound.begin(session);
        predecessor.whenComplete((gone, ignored) -> context.connector().open(identity, firstCredential, session, () -> mayConnect(session))
                .whenComplete((opened, failure) -> onAttempted(session, opened, failure)));
    }

    /** What was evicted must not connect later, for that would take the identity from its successor. */
    private boolean mayConnect(final LinkSession session) {
        synchronized (linkLock) {
            if (session != current) {
                return false;
            }
            session.connecting();
            return true;
        }
    }

    private void onAttempted(final LinkSession session, final OpenedSession opened, final Throwable failure) {
        if (failure != null) {
            session.over();
            onOpenFailed(session, (IoTHubException) failure);
            return;
        }

        try {
            onOpened(session, opened);
        } catch (final RuntimeException e) {
            // Nobody expected it, and the link must not stay as it is for ever.
            opened.session().disconnect().thenRun(session::over);
            onOpenFailed(session, new IoTHubException(FailureCategory.NOT_CONNECTED,
                    "Device [%s]: the connection was made and could not be used: %s".formatted(identity, e), e));
        }
    }

    private void onOpened(final LinkSession session, final OpenedSession opened) {
        final MqttSessionException ended;
        synchronized (linkLock) {
            final boolean renewed = machine.state() == ConnectionState.RENEWING;
            if (session != current || !machine.connected()) {
                opened.session().disconnect().thenRun(session::over);
                return;
            }

            session.open(opened);
            hubHost = opened.hub().hub().host();
            proven = false;
            sender.window().open(session.line());
            inbound.attach(opened.session());
            renewal.findDelay(opened).ifPresent(delay -> schedule(delay, () -> renewal.renew(session)));
            reporter.connected(opened, renewed);
            linkLock.notifyAll();
            ended = session.earlyEnd();
        }

        if (ended == null) {
            inbound.opened();
        } else {
            onClosed(session, ended);
        }
    }

    private void schedule(final Duration delay, final Runnable step) {
        cancelNextStep();
        nextStep = context.timer().schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancelNextStep() {
        if (nextStep != null) {
            nextStep.cancel(false);
            nextStep = null;
        }
    }

    private void onOpenFailed(final LinkSession session, final IoTHubException reason) {
        final Duration delay;
        synchronized (linkLock) {
            if (session != current) {
                return;
            }
            delay = fail(reason);
        }
        announce(reason, delay);
    }

    /**
     * Ends what the lock guards; {@link #announce} follows without it.
     *
     * @return time until the next attempt
     */
    private Duration fail(final IoTHubException reason) {
        current = null;
        cancelNextStep();
        sender.window().end(reason);
        final Duration delay = machine.failed(reason);
        linkLock.notifyAll();
        return delay;
    }

    /** The next attempt is planned last: what ends here must not be what belongs to the next session. */
    private void announce(final IoTHubException reason, final Duration delay) {
        try {
            inbound.ended(reason, false);
            reporter.failed(reason, delay, needed.getAsBoolean());
        } finally {
            synchronized (linkLock) {
                if (machine.state() == ConnectionState.WAITING) {
                    schedule(delay, this::retry);
                }
            }
        }
    }

    private void retry() {
        synchronized (linkLock) {
            if (!needed.getAsBoolean()) {
                machine.rest();
            } else if (machine.retry()) {
                begin(0);
            }
        }
    }

    void onClosed(final LinkSession session, final MqttSessionException ending) {
        final Loss loss;
        final Duration delay;
        final boolean steady;
        synchronized (linkLock) {
            if (session != current) {
                return;
            }
            if (!session.isOpen()) {
                session.endEarly(ending);
                return;
            }

            loss = Loss.judge(session.line(), machine, sender, ending);
            steady = machine.wasSteady();
            delay = fail(loss.reason());
        }

        if (steady) {
            reporter.working();
        }

        announce(loss.reason(), delay);
        loss.refusal().ifPresent(reporter::refused);
        loss.settle();
    }

    /** What was received on a session is safe: that it came, and that it was taken, shows that the line works. */
    void gotThrough(final LinkSession session) {
        if (proven) {
            return;
        }

        synchronized (linkLock) {
            if (session != current || !session.isOpen()) {
                return;
            }
        }
        hubAnswered();
    }

    /** The hub takes something, so it is worth trying again soon. Whether the connection works is told when it takes a message. */
    private void hubProbed() {
        synchronized (linkLock) {
            machine.gotThrough();
        }
    }

    private void hubAnswered() {
        if (proven) {
            return;
        }

        final boolean unsteady;
        synchronized (linkLock) {
            proven = true;
            machine.gotThrough();
            unsteady = machine.isUnsteady();
        }
        if (!unsteady) {
            reporter.working();
        }
    }

    /** A connection on which acknowledgments stay out does not heal. */
    private void acknowledgmentsMissing() {
        final IoTHubException reason = new IoTHubException(FailureCategory.CONNECTION_LOST,
                "Device [%s]: the hub acknowledges nothing any more; the connection is made anew".formatted(identity));
        final OpenLine abandoned;
        final Duration delay;
        synchronized (linkLock) {
            if (current == null || !current.isOpen()) {
                return;
            }
            abandoned = current.line();
            delay = fail(reason);
        }

        announce(reason, delay);
        abandoned.session().disconnect();
        abandoned.fail(reason);
    }

    /**
     * Lets nothing more be sent on a session. Without effect if it is gone or being replaced already.
     *
     * @param drained run when everything that was sent has its outcome, and when the limit is over; must not do its work on the calling thread
     */
    void hold(final LinkSession session, final Duration limit, final Runnable drained) {
        synchronized (linkLock) {
            if (session != current || !machine.renew()) {
                return;
            }

            schedule(limit, drained);
            final AtomicInteger open = new AtomicInteger(2);
            final Runnable oneDrained = () -> {
                if (open.decrementAndGet() == 0) {
                    drained.run();
                }
            };
            // Under the lock, so that no session after this one is held.
            sender.window().hold(oneDrained);
            inbound.twin().hold(oneDrained);
        }
    }

    /**
     * Takes a session that is held out of the link; {@link #resume} follows.
     *
     * @return false if it is gone
     */
    boolean detach(final LinkSession session) {
        synchronized (linkLock) {
            if (session != current) {
                return false;
            }

            current = null;
            cancelNextStep();
            return true;
        }
    }

    /**
     * Connects again after {@link #detach}, unless the link was closed.
     *
     * @param undelivered why runs end with the session; null if nothing of them was left undelivered
     */
    void resume(final LinkSession detached, final IoTHubException undelivered) {
        synchronized (linkLock) {
            if (machine.state() != ConnectionState.RENEWING) {
                return;
            }

            if (undelivered != null) {
                sender.window().end(undelivered);
            }
            begin(detached.opened().credentialIndex());
        }
    }

    /**
     * @return completes when the socket is closed and no CONNECT can reach the hub any more
     */
    CompletableFuture<Void> close(final String why) {
        final IoTHubException reason = new IoTHubException(FailureCategory.CLOSED, "Device [%s] was disconnected: %s".formatted(identity, why));
        final LinkSession closed;
        final CompletableFuture<Void> left;
        synchronized (linkLock) {
            if (!machine.close()) {
                return CompletableFuture.completedFuture(null);
            }
            closed = current;
            left = closed == null ? CompletableFuture.completedFuture(null) : closed.left();
            current = null;
            cancelNextStep();
            sender.window().end(reason);
            linkLock.notifyAll();
        }

        inbound.ended(reason, false);
        if (closed == null || !closed.isOpen()) {
            return left;
        }
        reporter.closed(why);
        final CompletableFuture<Void> disconnected = closed.line().session().disconnect();
        closed.line().fail(reason);
        return disconnected;
    }

    PublishRun openRun() {
        synchronized (linkLock) {
            return switch (machine.state()) {
                case CONNECTED, RENEWING -> sender.openRun();
                case NEW, CONNECTING, WAITING, CLOSED -> throw LossReasons.notConnected(identity, status());
            };
        }
    }

    ConnectionStatus status() {
        synchronized (linkLock) {
            final Instant expiration = current == null || !current.isOpen() ? null
                    : current.opened().findToken().map(AccessToken::expiration).orElse(null);
            return new ConnectionStatus(machine.state(), hubHost, machine.since(), sender.window().inFlight(),
                    machine.nextAttempt(), expiration, machine.lastFailure());
        }
    }

    /**
     * @return why there is no connection; empty if there is one
     */
    Optional<IoTHubException> findOutage() {
        final ConnectionStatus status = status();
        return switch (status.state()) {
            case CONNECTED, RENEWING -> Optional.empty();
            case NEW, CONNECTING, WAITING, CLOSED -> Optional.of(LossReasons.notConnected(identity, status));
        };
    }

    ConnectionStatus awaitConnected(final Duration timeout) throws InterruptedException {
        final long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (linkLock) {
            long remaining = timeout.toNanos();
            while (remaining > 0 && isOpening(machine.state())) {
                TimeUnit.NANOSECONDS.timedWait(linkLock, remaining);
                remaining = deadline - System.nanoTime();
            }
            return status();
        }
    }

    private static boolean isOpening(final ConnectionState state) {
        return switch (state) {
            case NEW, CONNECTING, RENEWING -> true;
            case CONNECTED, WAITING, CLOSED -> false;
        };
    }

    /**
     * @return with the name of the hub if it is known
     */
    String endpointUri() {
        return context.settings().transport().identityUri(hubHost, identity);
    }

    String hubHost() {
        return hubHost;
    }

    DeviceIdentity identity() {
        return identity;
    }

    InboundTraffic inbound() {
        return inbound;
    }

    SessionRenewal renewal() {
        return renewal;
    }
}
