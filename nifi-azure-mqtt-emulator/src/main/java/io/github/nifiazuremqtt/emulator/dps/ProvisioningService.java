/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nifiazuremqtt.emulator.service.JsonBody;
import io.github.nifiazuremqtt.emulator.service.MalformedJsonException;
import io.github.nifiazuremqtt.emulator.time.EmulatorTimings;
import io.github.nifiazuremqtt.emulator.trust.AuthorityRegistry;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The Device Provisioning Service: enrollments in, assignments out. */
public final class ProvisioningService {

    private static final Logger LOGGER = System.getLogger(ProvisioningService.class.getName());
    private static final int LARGEST_BODY = 96 * 1024;
    private static final int WINDOWS_PER_MINUTE = 6;
    private static final int ROW_POLL = 70;
    private static final String EVERYONE = "";

    private final String idScope;
    private final Enrollments enrollments = new Enrollments();
    private final Scripts scripts = new Scripts();
    private final ProvisioningCounters counters = new ProvisioningCounters();
    private final Set<DpsSwitch> switches = ConcurrentHashMap.newKeySet();
    private final Map<String, Operation> operations = new ConcurrentHashMap<>();
    private final Map<String, ProvisioningSession> sessions = new ConcurrentHashMap<>();
    private final RateLimit registrationRate = new RateLimit();
    private final RateLimit pollRate = new RateLimit();
    private final ObjectMapper mapper = new ObjectMapper();
    private final AuthorityRegistry authorities;
    private final Registrar registrar;
    private final Attestor attestor;
    private final Clock clock;
    private final Supplier<EmulatorTimings> timings;
    private volatile ProvisioningLimits limits;

    public ProvisioningService(final String idScope, final ProvisioningLimits limits, final Clock clock, final Supplier<EmulatorTimings> timings) {
        this.idScope = idScope;
        this.limits = limits;
        this.clock = clock;
        this.timings = timings;
        this.authorities = new AuthorityRegistry(clock);
        this.registrar = new Registrar(scripts, clock);
        this.attestor = new Attestor(enrollments, authorities, switches, clock, timings);
    }

    public String idScope() {
        return idScope;
    }

    public Enrollments enrollments() {
        return enrollments;
    }

    /** The certificate authorities that groups may name. */
    public AuthorityRegistry authorities() {
        return authorities;
    }

    public Scripts scripts() {
        return scripts;
    }

    public ProvisioningCounters counters() {
        return counters;
    }

    public ProvisioningLimits limits() {
        return limits;
    }

    public void limits(final ProvisioningLimits changed) {
        limits = changed;
    }

    public void turnOn(final DpsSwitch... wanted) {
        switches.addAll(List.of(wanted));
    }

    public boolean isOn(final DpsSwitch wanted) {
        return switches.contains(wanted);
    }

    /** Adds a hub that devices can be assigned to. */
    public void link(final LinkedHub hub) {
        registrar.link(hub);
    }

    public List<String> hubNames() {
        return registrar.hubNames();
    }

    public Optional<Registration> registration(final String registrationId) {
        return registrar.find(registrationId);
    }

    public List<Registration> registrations() {
        return registrar.all();
    }

    /** Forgets a registration; the device stays at its hub. */
    public boolean removeRegistration(final String registrationId) {
        return registrar.remove(registrationId);
    }

    /** Moves a device: it loses its present hub at once and gets the other one when it registers again. */
    public void reassign(final String registrationId, final String hub) {
        registrar.reassign(registrationId, hub);
    }

    /** Takes a hub out of service: it loses its devices at once, and they get other hubs when they register again. */
    public void evacuate(final String hub) {
        registrar.evacuate(hub);
    }

    /** Forgets enrollments, registrations, scripts, switches and counts. Hubs stay linked. */
    public void reset() {
        enrollments.clear();
        authorities.clear();
        scripts.clear();
        switches.clear();
        operations.clear();
        registrar.clear();
        registrationRate.clear();
        pollRate.clear();
        counters.clear();
    }

    /**
     * Lets a session serve its registration id alone.
     *
     * @return done when an older session of the same id is closed
     */
    CompletionStage<Void> open(final ProvisioningSession session) {
        final ProvisioningSession older = sessions.put(session.claim().key(), session);
        return older == null ? CompletableFuture.completedFuture(null) : older.takeOver();
    }

    void close(final ProvisioningSession session) {
        sessions.remove(session.claim().key(), session);
    }

    Enrollment attest(final Claim claim) throws ProvisioningRefusedException {
        return attestor.attest(claim);
    }

    /** Serves a request to register; empty for no answer. */
    Optional<ProvisioningAnswer> register(final ProvisioningSession session, final byte[] content) {
        final Claim claim = session.claim();
        counters.registerArrived(claim.registrationId());
        try {
            requireRate(registrationRate.take(EVERYONE, limits.registrationsPerMinute(), timings.get().pollWindow().multipliedBy(WINDOWS_PER_MINUTE),
                    clock.instant()));
            final Optional<ScriptedAnswer> scripted = scripts.nextRegisterAnswer(claim.registrationId());
            if (scripted.isPresent() && scripted.get().status() != ProvisioningSession.ACCEPTED) {
                return scripted(scripted.get());
            }

            final JsonNode body = body(claim, content);
            session.requireKnownVersion();
            session.requireKnownScope();
            final Enrollment enrollment = attest(claim);
            session.requireNoSigningRequest(body);
            final Registration registration = registrar.register(enrollment, claim, body.get("payload"));
            if (Registration.DISABLED.equals(registration.status())) {
                return Optional.of(outcome(session, "", registration));
            }

            final String operationId = "5.71cf7e385566aa10." + UUID.randomUUID();
            operations.put(operationId, new Operation(registration, limits.pollsBeforeOutcome()));
            return Optional.of(ProvisioningAnswer.assigning(operationId, claim.registrationId(), false,
                    scripted.map(ScriptedAnswer::retryAfterSeconds).orElse(limits.retryAfterSeconds())));
        } catch (final ProvisioningRefusedException e) {
            return Optional.of(refusal(claim, e));
        }
    }

    /** Serves a poll; empty for no answer. */
    Optional<ProvisioningAnswer> poll(final ProvisioningSession session, final String operationId) {
        final Claim claim = session.claim();
        counters.pollArrived();
        try {
            requireRate(pollRate.take(claim.key(), limits.pollsPerWindow(), timings.get().pollWindow(), clock.instant()));
            final Operation operation = operations.get(operationId);
            if (operation == null || !operation.registration.registrationId().equalsIgnoreCase(claim.registrationId())) {
                throw new ProvisioningRefusedException(ProvisioningRefusedException.REGISTRATION_NOT_FOUND, ROW_POLL, "the operation is unknown");
            }

            final Optional<ScriptedAnswer> scripted = scripts.nextPollAnswer(claim.registrationId());
            if (scripted.isPresent() && scripted.get().status() != ProvisioningSession.ACCEPTED) {
                return scripted(scripted.get());
            }

            if (scripted.isPresent() || operation.isPending()) {
                return Optional.of(ProvisioningAnswer.assigning(operationId, claim.registrationId(), true,
                        scripted.map(ScriptedAnswer::retryAfterSeconds).orElse(limits.retryAfterSeconds())));
            }

            return Optional.of(outcome(session, operationId, operation.registration));
        } catch (final ProvisioningRefusedException e) {
            return Optional.of(refusal(claim, e));
        }
    }

    byte[] write(final Object body) {
        try {
            return mapper.writeValueAsBytes(body);
        } catch (final IOException e) {
            throw new IllegalStateException("An answer can be written as JSON", e);
        }
    }

    private ProvisioningAnswer outcome(final ProvisioningSession session, final String operationId, final Registration registration) {
        final String assignedHub = registrar.hub(registration.hub()).map(hub -> hub.hostName(session.isWebSocket())).orElse("");
        return ProvisioningAnswer.outcome(operationId, registration, assignedHub, session.knowsConnectionProfiles());
    }

    private Optional<ProvisioningAnswer> scripted(final ScriptedAnswer answer) {
        return answer.status() == 0 ? Optional.empty() : Optional.of(ProvisioningAnswer.error(
                answer.status(), answer.errorCode(), answer.message(), answer.retryAfterSeconds(), clock.instant()));
    }

    private ProvisioningAnswer refusal(final Claim claim, final ProvisioningRefusedException refusal) {
        counters.refused(refusal.status());
        LOGGER.log(Level.INFO, "[{0}] registration refused with {1}: {2}", claim.registrationId(), refusal.status(), refusal.getMessage());
        return ProvisioningAnswer.error(refusal.status(), refusal.errorCode(), refusal.publicMessage(), refusal.retryAfterSeconds(), clock.instant());
    }

    private JsonNode body(final Claim claim, final byte[] content) throws ProvisioningRefusedException {
        if (content.length > LARGEST_BODY) {
            throw badRequest("a body of %d bytes".formatted(content.length));
        }

        final JsonNode body;
        try {
            body = new String(content, StandardCharsets.UTF_8).isBlank() ? mapper.createObjectNode() : JsonBody.read(content);
        } catch (final MalformedJsonException e) {
            throw badRequest("the body is not JSON: " + e.getMessage());
        }

        if (!body.isObject()) {
            throw badRequest("the body is not a JSON object");
        }

        // Microsoft's Java client wraps the object into a string
        final JsonNode payload = body.path("payload");
        if (payload.isArray() || payload.isNumber() || payload.isBoolean()) {
            throw badRequest("the payload is not a JSON object");
        }

        if (!body.path("registrationId").asText(claim.registrationId()).equalsIgnoreCase(claim.registrationId())) {
            throw badRequest("the body names another registration id");
        }

        return body;
    }

    private static ProvisioningRefusedException badRequest(final String reason) {
        return new ProvisioningRefusedException(ProvisioningRefusedException.BAD_REQUEST, 0, reason);
    }

    private static void requireRate(final int retryAfterSeconds) throws ProvisioningRefusedException {
        if (retryAfterSeconds > 0) {
            throw new ProvisioningRefusedException(ProvisioningRefusedException.THROTTLED, ROW_POLL, "too many requests", retryAfterSeconds);
        }
    }

    /** A registration whose outcome has not been told yet. */
    private static final class Operation {
        private final Registration registration;
        private int pendingPolls;

        Operation(final Registration registration, final int pendingPolls) {
            this.registration = registration;
            this.pendingPolls = pendingPolls;
        }

        /** Whether this poll comes too early. */
        synchronized boolean isPending() {
            return pendingPolls-- > 0;
        }
    }
}
