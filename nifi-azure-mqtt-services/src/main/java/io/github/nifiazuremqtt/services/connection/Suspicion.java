/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the message that the hub does not like. The hub says so by closing the connection, without a reason and with good messages in flight beside the bad
 * one. A message that was in flight at several closes in a row goes alone; one that dies alone more than once is it, and its neighbours are cleared.
 * <p>
 * A hub whose daily quota is used up closes the connection on every message, good ones too. So the last time a suspect goes, the hub is first asked for
 * something else that counts against the quota; a message is guilty only if the hub has just answered that.
 */
final class Suspicion {

    private static final int CLOSES = 3;

    private static final int DEATHS_ALONE = 2;

    private final int limit;

    /** Oldest first, so that one that never comes again is forgotten when there are too many. */
    private final Map<String, Suspect> suspects = new LinkedHashMap<>();

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
     * @return true if the hub must show that it takes anything at all before this message is sent
     */
    boolean needsProbe(final String deliveryId) {
        if (empty) {
            return false;
        }

        synchronized (suspects) {
            final Suspect suspect = suspects.get(deliveryId);
            return suspect != null && suspect.deathsAlone >= DEATHS_ALONE - 1;
        }
    }

    void acknowledged(final String deliveryId) {
        if (empty) {
            return;
        }

        synchronized (suspects) {
            suspects.remove(deliveryId);
            empty = suspects.isEmpty();
        }
    }

    /**
     * @param inFlight what was in flight when the connection was closed from outside
     * @return the message that is found guilty
     */
    Optional<String> closed(final List<String> inFlight) {
        synchronized (suspects) {
            if (inFlight.size() == 1 && mustGoAlone(inFlight.getFirst())) {
                return diedAlone(inFlight.getFirst());
            }

            for (final String deliveryId : inFlight) {
                suspects.computeIfAbsent(deliveryId, id -> new Suspect()).closes++;
            }
            while (suspects.size() > limit) {
                suspects.remove(suspects.keySet().iterator().next());
            }
            empty = suspects.isEmpty();
            return Optional.empty();
        }
    }

    private Optional<String> diedAlone(final String deliveryId) {
        final Suspect suspect = suspects.get(deliveryId);
        suspect.deathsAlone++;
        if (suspect.deathsAlone < DEATHS_ALONE) {
            return Optional.empty();
        }

        suspects.clear();
        empty = true;
        return Optional.of(deliveryId);
    }

    /**
     * @return true if one of these messages may explain that the connection was closed again and again
     */
    boolean explains(final List<String> inFlight) {
        return inFlight.stream().anyMatch(this::mustGoAlone);
    }

    private static final class Suspect {

        private int closes;

        private int deathsAlone;
    }
}
