/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** All enrollments of a provisioning service. Registration ids are found without regard to case. */
public final class Enrollments {

    private final Map<String, Enrollment> individuals = new ConcurrentSkipListMap<>();
    private final Map<String, Enrollment> groups = new ConcurrentSkipListMap<>();

    /** Adds an enrollment or replaces the one of the same name. */
    public void put(final Enrollment enrollment) {
        if (enrollment.group() && enrollment.attestation().type() == Attestation.Type.CLIENT_CERTIFICATE) {
            throw new IllegalArgumentException("A client certificate stands for one device: a group needs keys or an authority");
        }
        if (!enrollment.group() && enrollment.attestation().type() == Attestation.Type.AUTHORITY) {
            throw new IllegalArgumentException("An authority stands for many devices: one device needs keys or its client certificate");
        }

        map(enrollment.group()).put(key(enrollment.id(), enrollment.group()), enrollment);
    }

    public Optional<Enrollment> individual(final String registrationId) {
        return Optional.ofNullable(individuals.get(key(registrationId, false)));
    }

    public Optional<Enrollment> group(final String name) {
        return Optional.ofNullable(groups.get(name));
    }

    public List<Enrollment> individuals() {
        return List.copyOf(individuals.values());
    }

    public List<Enrollment> groups() {
        return List.copyOf(groups.values());
    }

    public boolean removeIndividual(final String registrationId) {
        return individuals.remove(key(registrationId, false)) != null;
    }

    public boolean removeGroup(final String name) {
        return groups.remove(name) != null;
    }

    void clear() {
        individuals.clear();
        groups.clear();
    }

    private Map<String, Enrollment> map(final boolean group) {
        return group ? groups : individuals;
    }

    private static String key(final String id, final boolean group) {
        return group ? id : id.toLowerCase(Locale.ROOT);
    }
}
