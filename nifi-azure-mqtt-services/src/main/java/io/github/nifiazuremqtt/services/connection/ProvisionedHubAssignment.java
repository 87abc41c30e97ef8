/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.IoTHubException.HubError;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.api.UnsupportedHubException;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Each device lives on the hub to which the Device Provisioning Service assigned it (contract section 8.6). A device is registered, under its device id,
 * when it is first needed. What was assigned is kept, and asked for again if the hub does not accept the device: once at the first refusal, and then only when
 * the hub has refused it many times more, for a long time (contract section 15.1). Thread-safe.
 */
public final class ProvisionedHubAssignment implements HubAssignment {

    /** Time between two registrations of a device. A hub may not know yet what it was assigned a moment ago: until then the device just tries again. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** Refusals in a row after which a device is registered once more that was registered because of a refusal and was refused again. */
    static final int REFUSALS = 50;

    /** Time after which it is, at the earliest. */
    static final Duration LONG_WINDOW = Duration.ofHours(1);

    /** Time until a device that the provisioning service refused is registered again; doubled with each refusal, up to the long window. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);

    private static final int MAXIMUM_DOUBLINGS = 10;

    /** Part by which these times are longer or shorter, so that the devices of a closed hub do not come back at one moment. */
    private static final double JITTER = 0.25;

    /** What the same request would meet again soon. Credentials that are not there, or are no good, do not count: they make no request. */
    private static final Set<FailureCategory> LASTING = EnumSet.of(FailureCategory.REFUSED, FailureCategory.UNAUTHORIZED, FailureCategory.INVALID_CONTENT);

    /** Time until what failed is tried again, where trying helps. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** A whole fleet may be waiting for its turn. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private static final byte[] NO_PAYLOAD = new byte[0];

    private final DeviceProvisioningService service;

    private final Supplier<CompletableFuture<Void>> keeper;

    private final InstantSource clock;

    private final LongSupplier nanoTime;

    private final DoubleSupplier random;

    private final Map<String, Assignment> assignments = new ConcurrentHashMap<>();

    /**
     * @param known     hubs by device id, as {@link #toMap} gave them before a restart
     * @param keeper    told when a device was assigned to a hub; completes when {@link #toMap} is kept. Only then the device connects, so that no restart
     *                  makes a device that was heard of register again.
     * @param clock     tells until when a hub that cannot be connected to is left alone, which outlasts a restart
     * @param nanoTime  measures how long ago the last registration was
     * @param random    values from 0 to 1: devices that failed together do not register together
     */
    public ProvisionedHubAssignment(final DeviceProvisioningService service, final Map<String, String> known,
                                    final Supplier<CompletableFuture<Void>> keeper, final InstantSource clock, final LongSupplier nanoTime,
                                    final DoubleSupplier random) {
        this.service = service;
        this.keeper = keeper;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.random = random;
        known.forEach((deviceId, hub) -> assignments.put(deviceId, UnsupportedHub.parse(hub).map(unsupported -> new Assignment(deviceId, unsupported))
                .orElseGet(() -> new Assignment(HostAddress.parse(hub)))));
    }

    @Override
    public CompletableFuture<AssignedHub> find(final DeviceIdentity identity) {
        return assignments.computeIfAbsent(identity.deviceId(), deviceId -> new Assignment(null)).find(identity.deviceId());
    }

    @Override
    public Optional<HostAddress> findKnown(final DeviceIdentity identity) {
        return Optional.ofNullable(assignments.get(identity.deviceId())).map(assignment -> assignment.hub);
    }

    @Override
    public boolean doubt(final DeviceIdentity identity) {
        final Assignment assignment = assignments.get(identity.deviceId());
        return assignment != null && assignment.doubt();
    }

    @Override
    public void accepted(final DeviceIdentity identity) {
        final Assignment assignment = assignments.get(identity.deviceId());
        if (assignment != null) {
            assignment.accepted();
        }
    }

    /**
     * @return hubs by device id, and {@link UnsupportedHub} of those that cannot be connected to
     */
    public Map<String, String> toMap() {
        final Map<String, String> hubs = new TreeMap<>();
        assignments.forEach((deviceId, assignment) -> assignment.put(deviceId, hubs));
        return hubs;
    }

    private CompletableFuture<ProvisioningResult> register(final String deviceId) {
        try {
            return service.register(new ProvisioningRequest(deviceId, NO_PAYLOAD), TIMEOUT);
        } catch (final RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Duration jittered(final Duration duration, final double least) {
        return Duration.ofMillis(Math.round(duration.toMillis() * (least + (1 + JITTER - least) * random.getAsDouble())));
    }

    private static Duration longer(final Duration first, final Duration second) {
        return first.compareTo(second) < 0 ? second : first;
    }

    /** What is known of one device. */
    private final class Assignment {

        private volatile HostAddress hub;

        private UnsupportedHub unsupported;

        private long nextRegistration = nanoTime.getAsLong();

        private long nextRepetition = nextRegistration;

        /** Whether the device was registered because of a refusal, and the hub has not accepted it since. */
        private boolean registeredInVain;

        private boolean doubted;

        private int refusals;

        private int failures;

        private boolean outdated;

        private IoTHubException failure;

        private CompletableFuture<AssignedHub> registration;

        private Assignment(final HostAddress hub) {
            this.hub = hub;
        }

        private Assignment(final String deviceId, final UnsupportedHub unsupported) {
            this.unsupported = unsupported;
            failure = unsupported.toFailure(deviceId, null);
        }

        private synchronized CompletableFuture<AssignedHub> find(final String deviceId) {
            if (registration != null) {
                return registration;
            }
            if (hub != null && !outdated) {
                return CompletableFuture.completedFuture(new AssignedHub(hub, deviceId));
            }
            if (hub == null && failure != null && isTooSoon()) {
                return CompletableFuture.failedFuture(failure);
            }

            outdated = false;
            final CompletableFuture<AssignedHub> answer = new CompletableFuture<>();
            registration = answer;
            register(deviceId).whenComplete((result, reason) -> judge(deviceId, answer, result, reason));
            return answer;
        }

        private void judge(final String deviceId, final CompletableFuture<AssignedHub> answer, final ProvisioningResult result, final Throwable reason) {
            final IoTHubException refusal = reason == null ? take(deviceId, result) : toException(deviceId, reason);
            if (refusal == null) {
                // What was assigned counts even if it cannot be kept: at worst it is asked for again after a restart.
                keep().whenComplete((kept, failed) -> end(deviceId, answer, null, true));
            } else if (refusal instanceof final UnsupportedHubException elsewhere) {
                final IoTHubException named = leave(deviceId, elsewhere);
                // Nobody waits until it is kept, but it is on its way before anybody hears of it, who may end the service.
                keep();
                end(deviceId, answer, named, true);
            } else {
                end(deviceId, answer, refusal, result != null);
            }
        }

        private CompletableFuture<Void> keep() {
            try {
                return keeper.get();
            } catch (final RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void end(final String deviceId, final CompletableFuture<AssignedHub> answer, final IoTHubException refusal, final boolean answered) {
            final HostAddress current = settle(refusal, answered);
            if (current == null) {
                answer.completeExceptionally(refusal);
            } else {
                answer.complete(new AssignedHub(current, deviceId));
            }
        }

        /**
         * @return why the assignment is of no use, or null if it is
         */
        private synchronized IoTHubException take(final String deviceId, final ProvisioningResult result) {
            if (!result.deviceId().equals(deviceId)) {
                return new IoTHubException(FailureCategory.INVALID_CONFIGURATION, """
                        Device [%s]: the Device Provisioning Service assigned the registration id of this name to device id [%s]. With Device Provisioning \
                        Service as Hub Assignment Strategy both must be the same: let the enrollment give the device its registration id as device id\
                        """.formatted(deviceId, result.deviceId()));
            }

            try {
                hub = HostAddress.parse(result.hostName());
                unsupported = null;
                return null;
            } catch (final WireFormatException e) {
                return new IoTHubException(FailureCategory.SERVER_ERROR, "Device [%s]: the Device Provisioning Service assigned no usable hub. %s"
                        .formatted(deviceId, e.getMessage()), e);
            }
        }

        /** The device has left the hub that it was on, if any, for one that it cannot be connected to. */
        private synchronized IoTHubException leave(final String deviceId, final UnsupportedHubException elsewhere) {
            hub = null;
            unsupported = new UnsupportedHub(elsewhere.findHostName().orElse(""), elsewhere.getConnectionProfile(),
                    clock.instant().plus(jittered(LONG_WINDOW, 1)).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
            return unsupported.toFailure(deviceId, elsewhere);
        }

        /**
         * @param answered true if there was an assignment, also if it is of no use
         * @return the hub, if there is one: an old assignment is better than none
         */
        private synchronized HostAddress settle(final IoTHubException refusal, final boolean answered) {
            final boolean lasting = answered || LASTING.contains(refusal.getCategory());
            registration = null;
            failure = refusal;
            failures = refusal != null && lasting ? failures + 1 : 0;
            final long now = nanoTime.getAsLong();
            nextRegistration = now + longer(pause(lasting), findRetryAfter(refusal)).toNanos();
            registeredInVain = doubted && lasting;
            nextRepetition = now + jittered(LONG_WINDOW, 1 - JITTER).toNanos();
            doubted = false;
            refusals = 0;
            return hub;
        }

        private Duration pause(final boolean lasting) {
            if (hub != null) {
                return jittered(WINDOW, 1 - JITTER);
            }

            final Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(Math.max(0, failures - 1), MAXIMUM_DOUBLINGS));
            return lasting ? jittered(doubled.compareTo(LONG_WINDOW) < 0 ? doubled : LONG_WINDOW, 1 - JITTER) : jittered(PAUSE, 1 - JITTER);
        }

        private static Duration findRetryAfter(final IoTHubException refusal) {
            return Optional.ofNullable(refusal).flatMap(IoTHubException::getHubError).flatMap(HubError::findRetryAfter).orElse(Duration.ZERO);
        }

        private boolean isTooSoon() {
            return nanoTime.getAsLong() - nextRegistration < 0 || unsupported != null && clock.instant().isBefore(unsupported.askAgain());
        }

        private synchronized boolean doubt() {
            refusals++;
            outdated = hub != null && !isTooSoon() && (!registeredInVain || refusals >= REFUSALS && nanoTime.getAsLong() - nextRepetition >= 0);
            doubted |= outdated;
            return outdated;
        }

        private synchronized void accepted() {
            registeredInVain = false;
            refusals = 0;
        }

        private synchronized void put(final String deviceId, final Map<String, String> hubs) {
            if (hub != null) {
                hubs.put(deviceId, hub.toString());
            } else if (unsupported != null) {
                hubs.put(deviceId, unsupported.toText());
            }
        }
    }

    private static IoTHubException toException(final String deviceId, final Throwable reason) {
        final Throwable cause = reason instanceof CompletionException && reason.getCause() != null ? reason.getCause() : reason;
        return cause instanceof IoTHubException known ? known
                : new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [%s]: no hub was assigned".formatted(deviceId), cause);
    }
}
