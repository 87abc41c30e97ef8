/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one look of a processor at its work has found: who is held up, by what, and how many FlowFiles wait for it.
 */
final class Hindrances {

    private final Map<String, Hindrance> found = new LinkedHashMap<>();

    private final Set<String> seen = new HashSet<>();

    private final Set<String> done = new HashSet<>();

    private boolean complete;

    /**
     * @param flowFiles how many were seen, and stay where they are
     */
    void add(final String name, final int flowFiles, final IoTHubException reason) {
        found.merge(name, new Hindrance(flowFiles, reason), Hindrance::plus);
    }

    /**
     * Notes one that there is work for, with an outcome that is not known yet.
     */
    void addUndecided(final String name) {
        seen.add(name);
    }

    /**
     * Notes one that is held up no longer.
     */
    void addDone(final String name) {
        done.add(name);
    }

    /** Notes that everything was looked at: what was not seen has nothing that waits. */
    void markComplete() {
        complete = true;
    }

    /** Begins anew, for another look. */
    void clear() {
        found.clear();
        seen.clear();
        done.clear();
        complete = false;
    }

    boolean isComplete() {
        return complete;
    }

    Map<String, Hindrance> found() {
        return found;
    }

    Set<String> done() {
        return done;
    }

    boolean isSeen(final String name) {
        return seen.contains(name) || found.containsKey(name);
    }

    /** What holds up one. */
    record Hindrance(int flowFiles, IoTHubException reason) {

        private Hindrance plus(final Hindrance later) {
            return new Hindrance(flowFiles + later.flowFiles, later.reason);
        }
    }
}
