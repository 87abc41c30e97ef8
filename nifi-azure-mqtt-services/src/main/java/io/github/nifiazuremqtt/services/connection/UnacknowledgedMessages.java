/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.services.mqtt.IncomingMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The cloud-to-device messages of one session that are not acknowledged (contract section 4.2). The hub locks a message for a minute when it sends it, and then
 * sends it again, on the same connection under a new packet identifier: here it stays one message.
 * <p>
 * What is a copy is told by proof only, because two that are taken for one are one lost. A message that has a message id is the same if all of it is the same.
 * One without is another one, although all of it is the same, unless the lock of the first has run out, or the hub cannot keep so many.
 */
final class UnacknowledgedMessages {

    /** A hub keeps no more for a device. */
    static final int MOST_KEPT = 50;

    /** More than a hub keeps is what it has given up meanwhile, because its time was over. */
    static final int MOST_HELD = 4 * MOST_KEPT;

    /** The lock, less what the first copy may have been late. */
    static final Duration LOCK = Duration.ofSeconds(59);

    /** A copy that was on its way when the acknowledgment of the one before was, arrives within this time. */
    static final Duration AFTERMATH = Duration.ofSeconds(5);

    private final SessionSource source;

    private final DeviceIdentity identity;

    private final LongSupplier nanoTime;

    private final Map<HeldMessage.Content, List<HeldMessage>> held = new HashMap<>();

    /** What has arrived and is not certain to be acknowledged: acknowledgments go out in the order of arrival, however they are given here. */
    private final Deque<Arrival> unsent = new ArrayDeque<>();

    private final Deque<Remembered> remembered = new ArrayDeque<>();

    private int unacknowledged;

    private boolean overfull;

    UnacknowledgedMessages(final SessionSource source, final DeviceIdentity identity, final LongSupplier nanoTime) {
        this.source = source;
        this.identity = identity;
        this.nanoTime = nanoTime;
    }

    /**
     * @return the message; empty if it is a copy of one that is here or was acknowledged a moment ago
     */
    synchronized Optional<HeldMessage> received(final HeldMessage.Content content, final IncomingMessage incoming) {
        final long now = nanoTime.getAsLong();
        forgetOld(now);
        final Optional<HeldMessage> original = findOriginal(content, now);
        final HeldMessage message = original.orElseGet(() -> new HeldMessage(this, source, identity, content));
        if (original.isEmpty()) {
            held.computeIfAbsent(content, equal -> new ArrayList<>()).add(message);
            unacknowledged++;
        } else if (!message.isAcknowledged()) {
            // Without effect for the hub, but it would hold back all later ones.
            acknowledge(message.newest());
        }
        message.arrived(incoming, now);
        unsent.addLast(new Arrival(message, incoming));
        if (message.isAcknowledged()) {
            acknowledge(incoming);
        }
        if (unacknowledged > MOST_HELD && !overfull) {
            overfull = true;
            source.replace();
        }
        return original.isEmpty() ? Optional.of(message) : Optional.empty();
    }

    private Optional<HeldMessage> findOriginal(final HeldMessage.Content content, final long now) {
        final HeldMessage oldest = held.getOrDefault(content, List.of()).stream()
                .min((one, other) -> Long.compare(one.newestNanos() - now, other.newestNanos() - now))
                .orElse(null);
        if (oldest == null) {
            return Optional.empty();
        }
        final boolean copy = content.isNamed() || now - oldest.newestNanos() >= LOCK.toNanos() || unacknowledged >= MOST_KEPT;
        return copy ? Optional.of(oldest) : Optional.empty();
    }

    synchronized void acknowledge(final HeldMessage message) {
        if (!message.isAcknowledged()) {
            message.markAcknowledged();
            unacknowledged--;
            acknowledge(message.newest());
        }
    }

    private void acknowledge(final IncomingMessage incoming) {
        unsent.stream().filter(arrival -> arrival.incoming == incoming).findFirst().ifPresent(arrival -> arrival.acknowledged = true);
        incoming.acknowledge();
        while (!unsent.isEmpty() && unsent.getFirst().acknowledged) {
            sent(unsent.removeFirst());
        }
    }

    private void sent(final Arrival arrival) {
        final HeldMessage message = arrival.message;
        if (!message.isAcknowledged() || message.newest() != arrival.incoming) {
            return;
        }
        if (message.isRepeated() && message.content().isNamed()) {
            // The lock may have run out before the acknowledgment was there.
            remembered.addLast(new Remembered(message, nanoTime.getAsLong()));
        } else {
            forget(message);
        }
    }

    private void forgetOld(final long now) {
        while (!remembered.isEmpty() && now - remembered.getFirst().sinceNanos >= AFTERMATH.toNanos()) {
            final HeldMessage message = remembered.removeFirst().message;
            // One that goes on coming has a later entry.
            if (now - message.newestNanos() >= AFTERMATH.toNanos()) {
                forget(message);
            }
        }
    }

    private void forget(final HeldMessage message) {
        held.computeIfPresent(message.content(), (content, equal) -> {
            equal.remove(message);
            return equal.isEmpty() ? null : equal;
        });
    }

    /** One PUBLISH packet. */
    private static final class Arrival {

        private final HeldMessage message;

        private final IncomingMessage incoming;

        private boolean acknowledged;

        private Arrival(final HeldMessage message, final IncomingMessage incoming) {
            this.message = message;
            this.incoming = incoming;
        }
    }

    /** A message whose acknowledgment went out, and when. */
    private record Remembered(HeldMessage message, long sinceNanos) {
    }
}
