/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.nifiazuremqtt.emulator.dps.Enrollment;
import io.github.nifiazuremqtt.emulator.dps.Enrollments;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** The enrollments of a service, of one kind, as its API sees them: with entity tags and times. Enrollments may also come and go without it. */
final class EnrollmentRecords {

    private final Enrollments enrollments;
    private final boolean groups;
    private final Clock clock;
    private final Map<String, EnrollmentRecord> records = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong(System.currentTimeMillis());
    /** What is looked at stays as it is until it is changed. */
    private final ReentrantLock lock = new ReentrantLock();

    EnrollmentRecords(final Enrollments enrollments, final boolean groups, final Clock clock) {
        this.enrollments = enrollments;
        this.groups = groups;
        this.clock = clock;
    }

    List<EnrollmentRecord> all() {
        return (groups ? enrollments.groups() : enrollments.individuals()).stream().map(this::record).toList();
    }

    EnrollmentRecord existing(final String id) throws ProvisioningException {
        return find(id).orElseThrow(() -> ProvisioningException.notFound(id));
    }

    /** Makes an enrollment without an entity tag, changes one with it. */
    EnrollmentRecord put(final Enrollment enrollment, final JsonNode document, final String etag) throws ProvisioningException {
        lock.lock();
        try {
            final Instant now = clock.instant();
            if (etag.isEmpty()) {
                requireFree(enrollment.id());
                return store(enrollment, document, now, now);
            }

            final EnrollmentRecord before = existing(enrollment.id());
            requireMatch(before, etag);
            return store(enrollment, document, before.created(), now);
        } finally {
            lock.unlock();
        }
    }

    /** Removes an enrollment; an empty entity tag is any. */
    void remove(final String id, final String etag) throws ProvisioningException {
        lock.lock();
        try {
            final EnrollmentRecord before = existing(id);
            requireMatch(before, etag);
            records.remove(before.enrollment().id());
            if (groups) {
                enrollments.removeGroup(id);
            } else {
                enrollments.removeIndividual(id);
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<EnrollmentRecord> find(final String id) {
        return (groups ? enrollments.group(id) : enrollments.individual(id)).map(this::record);
    }

    private void requireFree(final String id) throws ProvisioningException {
        if (find(id).isPresent()) {
            throw ProvisioningException.conflict(id);
        }
    }

    private EnrollmentRecord store(final Enrollment enrollment, final JsonNode document, final Instant created, final Instant updated) {
        enrollments.put(enrollment);
        final EnrollmentRecord stored = new EnrollmentRecord(enrollment, document, newEtag(), created, updated);
        records.put(enrollment.id(), stored);
        return stored;
    }

    /** One that was made elsewhere is as old as our knowledge of it. */
    private EnrollmentRecord record(final Enrollment enrollment) {
        return records.compute(enrollment.id(), (id, known) -> {
            final Instant now = clock.instant();
            return known != null && known.enrollment().equals(enrollment) ? known
                    : new EnrollmentRecord(enrollment, MissingNode.getInstance(), newEtag(), now, now);
        });
    }

    private String newEtag() {
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(Long.BYTES).putLong(versions.incrementAndGet()).array());
    }

    private static void requireMatch(final EnrollmentRecord record, final String etag) throws ProvisioningException {
        if (!etag.isEmpty() && !etag.equals("*") && !etag.equals(record.etag())) {
            throw ProvisioningException.preconditionFailed(record.enrollment().id(), record.etag());
        }
    }
}
