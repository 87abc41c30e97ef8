/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the message that the hub does not like. The hub says so by closing the connection, without a reason and with good messages in flight beside the bad
 * one. A message that was in flight at several closes in a row goes alone from then on, and its neighbours after it.
 * <p>
 * A line that breaks closes connections too, and a hub whose daily quota is used up cuts every message. So a message that died alone is guilty only if others
 * of the device get through where it does not: after its death something else, sent on a connection of the same age, must be acknowledged, which counts; and
 * that several times in a row, because on a line where every second message gets through chance does the same now and then. As soon as something else dies
 * the count begins anew, and where nothing gets through the message waits.
 */
final class Suspicion {

    private static final int CLOSES = 3;

    /** Deaths in a row of which each was followed by something else that got through. */
    static final int PROOFS = 8;

    /** Connections are of the same age if they differ by no more. */
    private static final long SAME_AGE_NANOS = Duration.ofMillis(250).toNanos();

    private static final long NONE = Long.MAX_VALUE;

    private final int limit;

    /** Oldest first, so that one that never comes again is forgotten when there are too many. */
    private final Map<String, Suspect> suspects = new LinkedHashMap<>();

    /** Those whose last death alone says nothing yet: few, and all that an acknowledgment has to look at. */
    private final Set<Suspect> unjudged = new HashSet<>();

    private volatile boolean empty = true;

    /**
     * @param limit so many messages are kept at most
     */
    Suspicion(final int limit) {
        this.limit = limit;
    }

    boolean mustGoAlone(final String deliveryId) {
        if (empty) {
            return false;
        }

        synchronized (suspects) {
            final Suspect suspect = suspects.get(deliveryId);
            return suspect != null && suspect.closes >= CLOSES;
        }
    }

    /**
     * @param ageNanos age of the connection
     * @return true if something else has to be tried on the connection first, because that would say what the last death of this message means
     */
    boolean needsProbe(final String deliveryId, final long ageNanos) {
        if (empty) {
            return false;
        }

        synchronized (suspects) {
            final Suspect suspect = suspects.get(deliveryId);
            return suspect != null && suspect.isAnsweredBy(ageNanos);
        }
    }

    void acknowledged(final Sent message) {
        if (empty) {
            return;
        }

        synchronized (suspects) {
            unjudged.remove(suspects.remove(message.deliveryId()));
            empty = suspects.isEmpty();
            gotThrough(message.ageNanos());
        }
    }

    /**
     * Something that is not suspected was acknowledged.
     *
     * @param ageNanos age of the connection when it was sent
     */
    void gotThrough(final long ageNanos) {
        synchronized (suspects) {
            unjudged.removeIf(suspect -> suspect.judge(ageNanos));
        }
    }

    /**
     * A connection was closed from outside.
     *
     * @param inFlight  what was sent and not acknowledged
     * @param probeDied true if what was tried before a suspect was not acknowledged either
     * @return the message that is found guilty
     */
    Optional<String> closed(final List<Sent> inFlight, final boolean probeDied) {
        synchronized (suspects) {
            if (inFlight.size() == 1 && mustGoAlone(inFlight.getFirst().deliveryId())) {
                return diedAlone(inFlight.getFirst());
            }

            if (probeDied || !inFlight.isEmpty()) {
                suspects.values().forEach(Suspect::begin);
                unjudged.clear();
            }
            for (final Sent message : inFlight) {
                suspects.computeIfAbsent(message.deliveryId(), id -> new Suspect()).closes++;
            }
            while (suspects.size() > limit) {
                unjudged.remove(suspects.remove(suspects.keySet().iterator().next()));
            }
            empty = suspects.isEmpty();
            return Optional.empty();
        }
    }

    private Optional<String> diedAlone(final Sent message) {
        final Suspect suspect = suspects.get(message.deliveryId());
        suspect.deathNanos = message.ageNanos();
        unjudged.add(suspect);
        if (suspect.proofs < PROOFS) {
            return Optional.empty();
        }

        suspects.clear();
        unjudged.clear();
        empty = true;
        return Optional.of(message.deliveryId());
    }

    /**
     * @return true if one of these messages may explain that the connection was closed again and again
     */
    boolean explains(final List<String> inFlight) {
        return inFlight.stream().anyMatch(this::mustGoAlone);
    }

    /**
     * A message on a connection.
     *
     * @param ageNanos age of the connection when it was sent
     */
    record Sent(String deliveryId, long ageNanos) {
    }

    private static final class Suspect {

        private int closes;

        private int proofs;

        /** Age of the connection on which it was sent alone and died, until it is known what that means. */
        private long deathNanos = NONE;

        private boolean isAnsweredBy(final long ageNanos) {
            return deathNanos != NONE && deathNanos - SAME_AGE_NANOS <= ageNanos;
        }

        /**
         * @return true if the last death counts from now on
         */
        private boolean judge(final long ageNanos) {
            if (!isAnsweredBy(ageNanos)) {
                return false;
            }

            proofs++;
            deathNanos = NONE;
            return true;
        }

        private void begin() {
            proofs = 0;
            deathNanos = NONE;
        }
    }
}
