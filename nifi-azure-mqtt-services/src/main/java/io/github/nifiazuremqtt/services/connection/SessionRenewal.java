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

    private void drain(final LinkSession session) {
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
