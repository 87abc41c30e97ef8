/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nifiazuremqtt.emulator.certificate.Thumbprint;
import io.github.nifiazuremqtt.emulator.hub.Authentication;
import io.github.nifiazuremqtt.emulator.hub.DeviceRegistry;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.hub.RegisteredIdentity;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Assigns devices to hubs, registers them there, and remembers it. */
final class Registrar {

    private final Map<String, LinkedHub> hubs = new TreeMap<>();
    /** Hubs that get no new devices any more, from which devices still have to be removed when they move. */
    private final Map<String, LinkedHub> former = new TreeMap<>();
    private final Map<String, Registration> registrations = new TreeMap<>();
    private final Map<String, String> destinations = new TreeMap<>();
    private final Scripts scripts;
    private final Clock clock;

    Registrar(final Scripts scripts, final Clock clock) {
        this.scripts = scripts;
        this.clock = clock;
    }

    synchronized void link(final LinkedHub hub) {
        hubs.put(hub.hub().name(), hub);
        former.remove(hub.hub().name());
    }

    synchronized List<String> hubNames() {
        return List.copyOf(hubs.keySet());
    }

    synchronized Optional<LinkedHub> hub(final String name) {
        return Optional.ofNullable(hubs.containsKey(name) ? hubs.get(name) : former.get(name));
    }

    synchronized Optional<Registration> find(final String registrationId) {
        return Optional.ofNullable(registrations.get(key(registrationId)));
    }

    synchronized List<Registration> all() {
        return List.copyOf(registrations.values());
    }

    synchronized boolean remove(final String registrationId) {
        return registrations.remove(key(registrationId)) != null;
    }

    synchronized void clear() {
        registrations.clear();
        destinations.clear();
        hubs.putAll(former);
        former.clear();
    }

    synchronized Registration register(final Enrollment enrollment, final Claim claim, final JsonNode payload) {
        final Registration before = registrations.get(key(claim.registrationId()));
        final Registration begun = Registration.begin(claim.registrationId(), enrollment.attestation().type(), before, clock.instant());
        final Registration outcome = enrollment.enabled() ? decide(enrollment, claim, payload, before, begun) : begun.ended(Registration.DISABLED, 0, "");
        registrations.put(key(claim.registrationId()), outcome);
        return outcome;
    }

    /** Lets a device be assigned to a hub of one's choice when it registers again, and takes it from its present one, so that it will. */
    synchronized void reassign(final String registrationId, final String hub) {
        if (!hubs.containsKey(hub)) {
            throw new IllegalArgumentException("There is no hub [%s]".formatted(hub));
        }

        destinations.put(key(registrationId), hub);
        find(registrationId).filter(Registration::isAssigned).filter(registration -> !registration.hub().equals(hub)).ifPresent(this::removeFromHub);
    }

    /** A hub gets no devices any more and loses those that it has got from here. */
    synchronized void evacuate(final String hub) {
        final LinkedHub linked = hubs.remove(hub);
        if (linked == null) {
            throw new IllegalArgumentException("There is no hub [%s]".formatted(hub));
        }

        former.put(hub, linked);
        registrations.values().stream().filter(registration -> registration.hub().equals(hub)).forEach(this::removeFromHub);
    }

    private Registration decide(final Enrollment enrollment, final Claim claim, final JsonNode payload, final Registration before, final Registration begun) {
        final Optional<Registration> scripted = scripts.ending(begun);
        if (scripted.isPresent()) {
            return scripted.get();
        }

        try {
            final AllocationResult result = allocate(enrollment, claim, payload, before);
            final String deviceId = deviceId(enrollment, claim, before);
            final String substatus = move(enrollment, before, result.hub());
            putIntoHub(result.hub(), deviceId, authentication(enrollment, claim));
            return begun.assigned(result.hub(), deviceId, substatus, result.payload(), scripts.connectionProfile(claim.registrationId()));
        } catch (final AllocationFailedException e) {
            return begun.ended(Registration.FAILED, e.errorCode(), e.getMessage());
        }
    }

    /** A registration id in another spelling is the device that it was before. */
    private static String deviceId(final Enrollment enrollment, final Claim claim, final Registration before) {
        if (!enrollment.deviceId().isEmpty()) {
            return enrollment.deviceId();
        }
        return before != null && before.deviceId().equalsIgnoreCase(claim.registrationId()) ? before.deviceId() : claim.registrationId();
    }

    private AllocationResult allocate(final Enrollment enrollment, final Claim claim, final JsonNode payload, final Registration before) {
        final String destination = destinations.get(key(claim.registrationId()));
        if (destination != null && hubs.containsKey(destination)) {
            return new AllocationResult(destination, null);
        }

        if (enrollment.reprovisioning() == Reprovisioning.NEVER && before != null && before.isAssigned()) {
            return new AllocationResult(before.hub(), before.payload());
        }

        final AllocationResult result = enrollment.allocation().allocate(new AllocationRequest(claim.registrationId(), payload, hubNames()));
        if (!hubs.containsKey(result.hub())) {
            throw new AllocationFailedException(AllocationFailedException.NO_HUB, "The hub [%s] is not linked".formatted(result.hub()));
        }

        return result;
    }

    private String move(final Enrollment enrollment, final Registration before, final String hub) {
        if (before == null || !before.isAssigned()) {
            return "initialAssignment";
        }

        if (before.hub().equals(hub)) {
            return before.substatus();
        }

        removeFromHub(before);
        return enrollment.reprovisioning() == Reprovisioning.RESET_DATA ? "deviceDataReset" : "deviceDataMigrated";
    }

    private void putIntoHub(final String hub, final String deviceId, final Authentication authentication) {
        final DeviceRegistry registry = hub(hub).orElseThrow().hub().registry();
        final IdentityKey device = IdentityKey.device(deviceId);
        registry.put(device, registry.find(device).map(RegisteredIdentity::enabled).orElse(true), authentication);
    }

    private void removeFromHub(final Registration registration) {
        hub(registration.hub()).ifPresent(linked -> linked.hub().registry().remove(IdentityKey.device(registration.deviceId())));
    }

    private static Authentication authentication(final Enrollment enrollment, final Claim claim) {
        final Attestation attestation = enrollment.attestation();
        if (attestation.type() != Attestation.Type.SYMMETRIC_KEY) {
            return Authentication.thumbprints(Thumbprint.sha256(claim.certificates().getFirst()).hex(), "");
        }

        final Attestation keys = enrollment.group() ? attestation.derivedFor(claim.registrationId()) : attestation;
        return Authentication.keys(keys.primary(), keys.secondary().isEmpty() ? Authentication.newKey() : keys.secondary());
    }

    private static String key(final String registrationId) {
        return registrationId.toLowerCase(Locale.ROOT);
    }
}
