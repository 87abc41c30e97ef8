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
import io.github.nifiazuremqtt.services.connection.ConnectionStateMachine.LossVerdict;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionException;
import io.github.nifiazuremqtt.services.mqtt.MqttSessionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The one connection of an identity over all its sessions: carries out what the state machine decides.
 */
final class DeviceLink {

    /** Longest wait for open acknowledgments before a renewal; a hub that needs longer does not send them any more. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);

    private final ReentrantLock linkLock = new ReentrantLock();

    private final Condition changed = linkLock.newCondition();

    private final DeviceIdentity identity;

    private final ConnectionContext context;

    private final ConnectionStateMachine machine;

    private final ConnectionReporter reporter;

    private final TelemetrySender sender;

    private final InboundTraffic inbound;

    /** Counts what was begun on purpose; what a session of before reports is ignored. */
    private long attempt;

    private OpenedSession opened;

    private OpenLine line;

    /** Kept when the connection ends; null before the identity was assigned to a hub. */
    private volatile String hubHost;

    private MqttSessionException earlyEnd;

    private Future<?> nextStep;

    private boolean draining;

    private volatile boolean proven;

    DeviceLink(final DeviceIdentity identity, final ConnectionContext context) {
        this.identity = identity;
        this.context = context;
        machine = new ConnectionStateMachine(context.clock(), new ReconnectDelay(context.settings().maximumReconnectDelay(), context.random()));
        reporter = new ConnectionReporter(context.log(), identity);
        sender = new TelemetrySender(identity, context.settings().limits().messagesInFlight(), this::hubAnswered, this::acknowledgmentsMissing);
        inbound = new InboundTraffic(identity, context, sender.topics(), this::hubAnswered);
    }

    void open() {
        linkLock.lock();
        try {
            if (machine.open()) {
                begin(0);
            }
        } finally {
            linkLock.unlock();
        }
    }

    private void begin(final int firstCredential) {
        attempt++;
        earlyEnd = null;
        line = null;
        final long number = attempt;
        final SessionEvents events = new SessionEvents(number);
        inbound.begin(events);
        context.connector().open(identity, firstCredential, events).whenComplete((session, failure) -> {
            if (failure == null) {
                onOpened(number, session);
            } else {
                onOpenFailed(number, (IoTHubException) failure);
            }
        });
    }

    private void onOpened(final long number, final OpenedSession session) {
        final MqttSessionException ended;
        linkLock.lock();
        try {
            final boolean renewed = machine.state() == ConnectionState.RENEWING;
            if (number != attempt || !machine.connected()) {
                session.session().disconnect();
                return;
            }

            opened = session;
            hubHost = session.hub().hub().host();
            proven = false;
            line = new OpenLine(session.session());
            sender.window().open(line);
            inbound.attach(session.session());
            scheduleRenewal(number);
            reporter.connected(session, renewed);
            changed.signalAll();
            ended = earlyEnd;
        } finally {
            linkLock.unlock();
        }

        if (ended == null) {
            inbound.opened();
        } else {
            onClosed(number, ended);
        }
    }

    private void scheduleRenewal(final long number) {
        opened.findToken().map(AccessToken::expiration).ifPresent(expiration -> schedule(
                TokenRenewal.delay(context.clock().instant(), expiration, context.random()), () -> context.workers().execute(() -> renew(number))));
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

    private void onOpenFailed(final long number, final IoTHubException reason) {
        final Duration wait;
        linkLock.lock();
        try {
            if (number != attempt) {
                return;
            }
            wait = fail(reason);
        } finally {
            linkLock.unlock();
        }
        inbound.ended(reason, false);
        reporter.failed(reason, wait);
    }

    /**
     * @param number session that is replaced; without effect if it is gone
     */
    private void replaceSession(final long number) {
        context.workers().execute(() -> drainAndReplace(number));
    }

    private Duration fail(final IoTHubException reason) {
        attempt++;
        final long number = attempt;
        final Duration wait = machine.failed(reason);
        line = null;
        opened = null;
        draining = false;
        sender.window().end(reason);
        schedule(wait, () -> retry(number));
        changed.signalAll();
        return wait;
    }

    private void retry(final long number) {
        linkLock.lock();
        try {
            if (number == attempt && machine.retry()) {
                begin(0);
            }
        } finally {
            linkLock.unlock();
        }
    }

    private void onClosed(final long number, final MqttSessionException ending) {
        final OpenLine lostLine;
        final List<InFlightMessage> undelivered;
        final Optional<String> guilty;
        final IoTHubException reason;
        final Duration wait;
        linkLock.lock();
        try {
            if (number != attempt) {
                return;
            }
            if (line == null) {
                earlyEnd = ending;
                return;
            }

            lostLine = line;
            undelivered = lostLine.settle();
            guilty = sender.suspicion().closed(ids(undelivered.stream().filter(InFlightMessage::isSent)));
            final List<String> inFlight = ids(undelivered.stream());
            final LossVerdict verdict = machine.judgeLoss(inFlight.size(), guilty.isPresent() || sender.suspicion().explains(inFlight));
            guilty.ifPresent(message -> machine.explained());
            reason = LossReasons.describe(identity, verdict, undelivered.size(), ending);
            wait = fail(reason);
        } finally {
            linkLock.unlock();
        }

        inbound.ended(reason, false);
        reporter.failed(reason, wait);
        final IoTHubException refusal = guilty.map(message -> LossReasons.refused(identity, message)).orElse(reason);
        guilty.ifPresent(message -> reporter.refused(refusal));
        undelivered.forEach(message -> message.settle(guilty.filter(message.deliveryId()::equals).isPresent() ? refusal : reason));
    }

    private static List<String> ids(final Stream<InFlightMessage> messages) {
        return messages.filter(InFlightMessage::isAcknowledged).map(InFlightMessage::deliveryId).toList();
    }

    private void hubAnswered() {
        if (proven) {
            return;
        }

        linkLock.lock();
        try {
            proven = true;
            machine.acknowledged();
        } finally {
            linkLock.unlock();
        }
        reporter.working();
    }

    /** A connection on which acknowledgments stay out does not heal. */
    private void acknowledgmentsMissing() {
        final OpenLine abandoned;
        final IoTHubException reason = new IoTHubException(FailureCategory.CONNECTION_LOST,
                "Device [%s]: the hub acknowledges nothing any more; the connection is made anew".formatted(identity));
        final Duration wait;
        linkLock.lock();
        try {
            if (line == null) {
                return;
            }
            abandoned = line;
            wait = fail(reason);
        } finally {
            linkLock.unlock();
        }

        inbound.ended(reason, false);
        reporter.failed(reason, wait);
        abandoned.session().disconnect();
        abandoned.settle().forEach(message -> message.settle(reason));
    }

    private void renew(final long number) {
        if (canRenew()) {
            drainAndReplace(number);
        }
    }

    private void drainAndReplace(final long number) {
        linkLock.lock();
        try {
            if (number != attempt || !machine.renew()) {
                return;
            }
            draining = true;
            schedule(LONGEST_DRAIN, () -> replace(number));
        } finally {
            linkLock.unlock();
        }
        final AtomicInteger open = new AtomicInteger(2);
        final Runnable drained = () -> {
            if (open.decrementAndGet() == 0) {
                replace(number);
            }
        };
        sender.window().hold(drained);
        inbound.twin().hold(drained);
    }

    private boolean canRenew() {
        final OpenedSession current;
        linkLock.lock();
        try {
            current = opened;
        } finally {
            linkLock.unlock();
        }

        try {
            return current != null && context.connector().canRenew(identity, current);
        } catch (final IoTHubException e) {
            context.log().warn("Device [{}]: the credentials make no new token: {}", identity, e.getMessage());
            return false;
        }
    }

    /** Nothing is in flight any more, or has been for too long. */
    private void replace(final long number) {
        final OpenLine old;
        final int credential;
        linkLock.lock();
        try {
            if (number != attempt || !draining) {
                return;
            }
            draining = false;
            cancelNextStep();
            old = line;
            credential = opened.credentialIndex();
            line = null;
            attempt++;
        } finally {
            linkLock.unlock();
        }

        inbound.ended(LossReasons.notDrained(identity), true);
        final long renewal = number + 1;
        old.session().disconnect().thenRun(() -> context.workers().execute(() -> reconnect(renewal, old, credential)));
    }

    private void reconnect(final long number, final OpenLine old, final int credential) {
        final List<InFlightMessage> undelivered = old.settle();
        linkLock.lock();
        try {
            if (number != attempt) {
                return;
            }
            if (!undelivered.isEmpty()) {
                sender.window().end(LossReasons.notDrained(identity));
            }
            begin(credential);
        } finally {
            linkLock.unlock();
            undelivered.forEach(message -> message.settle(LossReasons.notDrained(identity)));
        }
    }

    /**
     * @return completes when the socket is closed
     */
    CompletableFuture<Void> close(final String why) {
        final OpenedSession session;
        final OpenLine closedLine;
        final IoTHubException reason = new IoTHubException(FailureCategory.CLOSED, "Device [%s] was disconnected: %s".formatted(identity, why));
        linkLock.lock();
        try {
            if (!machine.close()) {
                return CompletableFuture.completedFuture(null);
            }
            attempt++;
            cancelNextStep();
            session = opened;
            closedLine = line;
            line = null;
            opened = null;
            sender.window().end(reason);
            changed.signalAll();
        } finally {
            linkLock.unlock();
        }

        if (session == null) {
            return CompletableFuture.completedFuture(null);
        }
        inbound.ended(reason, false);
        reporter.closed(why);
        final CompletableFuture<Void> left = session.session().disconnect();
        if (closedLine != null) {
            closedLine.settle().forEach(message -> message.settle(reason));
        }
        return left;
    }

    PublishRun openRun() {
        linkLock.lock();
        try {
            return switch (machine.state()) {
                case CONNECTED, RENEWING -> sender.openRun();
                case NEW, CONNECTING, WAITING, CLOSED -> throw LossReasons.notConnected(identity, status());
            };
        } finally {
            linkLock.unlock();
        }
    }

    ConnectionStatus status() {
        linkLock.lock();
        try {
            return new ConnectionStatus(machine.state(), hubHost, machine.since(), sender.window().inFlight(),
                    machine.nextAttempt(), expiration(), machine.lastFailure());
        } finally {
            linkLock.unlock();
        }
    }

    private Instant expiration() {
        return opened == null ? null : opened.findToken().map(AccessToken::expiration).orElse(null);
    }

    ConnectionStatus awaitConnected(final Duration timeout) throws InterruptedException {
        linkLock.lock();
        try {
            long remaining = timeout.toNanos();
            while (remaining > 0 && isOpening(machine.state())) {
                remaining = changed.awaitNanos(remaining);
            }
            return status();
        } finally {
            linkLock.unlock();
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
        linkLock.lock();
        try {
            return context.settings().transport().identityUri(hubHost, identity);
        } finally {
            linkLock.unlock();
        }
    }

    DeviceIdentity identity() {
        return identity;
    }

    InboundTraffic inbound() {
        return inbound;
    }

    private final class SessionEvents implements MqttSessionListener, SessionSource {

        private final long number;

        private SessionEvents(final long number) {
            this.number = number;
        }

        @Override
        public void received(final IncomingMessage message) {
            inbound.received(this, message);
        }

        @Override
        public void closed(final MqttSessionException reason) {
            onClosed(number, reason);
        }

        @Override
        public String hostName() {
            return hubHost;
        }

        @Override
        public Instant now() {
            return context.clock().instant();
        }

        @Override
        public void replace() {
            replaceSession(number);
        }
    }
}
