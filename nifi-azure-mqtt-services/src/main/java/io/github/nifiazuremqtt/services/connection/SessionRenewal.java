/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.AccessToken;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Replaces the session of a link by a new one without a loss: nothing new is sent, what was sent gets its outcome, the session is left, and the next takes its
 * place. Needed before a token ends, because MQTT cannot renew in place (contract section 2.5), and when the hub is to send again what was not acknowledged.
 * <p>
 * Each step has no effect if its session is gone, which the link decides under its lock. All steps run on the workers.
 */
final class SessionRenewal {

    private static final double USED_LIFE = 0.8;

    /** Devices that connected together do not renew together. */
    private static final double JITTER = 0.05;

    /** Longest wait for open acknowledgments before a renewal; a hub that needs longer does not send them any more. */
    private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);

    private final DeviceLink link;

    private final ConnectionContext context;

    SessionRenewal(final DeviceLink link, final ConnectionContext context) {
        this.link = link;
        this.context = context;
    }

    /**
     * @return when to renew a session that begins now; empty if it does not end by itself
     */
    Optional<Duration> findDelay(final OpenedSession session) {
        return session.findToken().map(AccessToken::expiration).map(expiration -> {
            final double used = USED_LIFE + JITTER * context.random().getAsDouble();
            return Duration.ofMillis(Math.max(0, Math.round(Duration.between(context.clock().instant(), expiration).toMillis() * used)));
        });
    }

    /**
     * Replaces a session if that makes its token last longer.
     */
    void renew(final LinkSession session) {
        context.workers().execute(() -> {
            if (canRenew(session.opened())) {
                drain(session);
            }
        });
    }

    private boolean canRenew(final OpenedSession session) {
        try {
            return context.connector().canRenew(link.identity(), session);
        } catch (final IoTHubException e) {
            context.log().warn("Device [{}]: the credentials make no new token: {}", link.identity(), e.getMessage());
            return false;
        }
    }

    void replace(final LinkSession session) {
        context.workers().execute(() -> drain(session));
    }

    /**
     * First what others do on the session: until methods are answered and messages are safe everything else goes on. What comes meanwhile makes it last longer,
     * but not longer than the limit.
     */
    private void drain(final LinkSession session) {
        if (!session.isOpen() || !session.startLeaving()) {
            return;
        }

        final Duration limit = findLimit(session.opened());
        await(link.inbound()::holdMethods, limit, () -> {
            link.inbound().giveMethodsBack();
            await(drained -> link.inbound().holdMessages(session, drained), limit, () -> hold(session));
        });
    }

    /** Half of what is left of the token, so that the other half is there for the rest. */
    private Duration findLimit(final OpenedSession session) {
        final Duration left = session.findToken().map(AccessToken::expiration)
                .map(expiration -> Duration.between(context.clock().instant(), expiration).dividedBy(2)).orElse(LONGEST_DRAIN);
        return left.compareTo(LONGEST_DRAIN) < 0 ? left : LONGEST_DRAIN;
    }

    /** Goes on with the next step on the workers, once, when the first is done or the limit is over. */
    private void await(final Consumer<Runnable> first, final Duration limit, final Runnable next) {
        final AtomicBoolean done = new AtomicBoolean();
        final Runnable step = () -> {
            if (done.compareAndSet(false, true)) {
                context.workers().execute(next);
            }
        };
        final Future<?> end = context.timer().schedule(step, Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
        first.accept(() -> {
            end.cancel(false);
            step.run();
        });
    }

    private void hold(final LinkSession session) {
        link.hold(session, LONGEST_DRAIN, () -> context.workers().execute(() -> leave(session)));
    }

    private void leave(final LinkSession session) {
        if (link.detach(session)) {
            link.inbound().ended(LossReasons.notDrained(link.identity()), true);
            session.line().session().disconnect().thenRun(() -> context.workers().execute(() -> resume(session)));
        }
    }

    private void resume(final LinkSession left) {
        final List<InFlightMessage> undelivered = left.line().settle();
        final IoTHubException reason = LossReasons.notDrained(link.identity());
        link.resume(left, undelivered.isEmpty() ? null : reason);
        undelivered.forEach(message -> message.settle(reason));
    }
}
