/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.DeviceProvisioningService;
import io.github.nifiazuremqtt.api.FailureCategory;
import io.github.nifiazuremqtt.api.IoTHubException;
import io.github.nifiazuremqtt.api.ProvisioningRequest;
import io.github.nifiazuremqtt.api.ProvisioningResult;
import io.github.nifiazuremqtt.services.protocol.HostAddress;
import io.github.nifiazuremqtt.services.protocol.WireFormatException;
import java.time.Duration;
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
 * when it is first needed. What was assigned is kept, and asked for again only if the hub does not accept the device, at most once in a while. Thread-safe.
 */
public final class ProvisionedHubAssignment implements HubAssignment {

    /** Time between two registrations of a device. A hub may not know yet what it was assigned a moment ago: until then the device just tries again. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** What the same request would meet again soon. Credentials that are not there, or are no good, do not count: they make no request. */
    private static final Set<FailureCategory> LASTING = EnumSet.of(FailureCategory.REFUSED, FailureCategory.UNAUTHORIZED, FailureCategory.INVALID_CONTENT);

    /** Time until what failed is tried again, where trying helps. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    /** A whole fleet may be waiting for its turn. */
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private static final double JITTER = 0.2;

    private static final byte[] NO_PAYLOAD = new byte[0];

    private final DeviceProvisioningService service;

    private final Supplier<CompletableFuture<Void>> keeper;

    private final LongSupplier nanoTime;

    private final DoubleSupplier random;

    private final Map<String, Assignment> assignments = new ConcurrentHashMap<>();

    /**
     * @param known     hubs by device id, as {@link #toMap} gave them before a restart
     * @param keeper    told when a device was assigned to a hub; completes when {@link #toMap} is kept. Only then the device connects, so that no restart
     *                  makes a device that was heard of register again.
     * @param nanoTime  measures how long ago the last registration was
     * @param random    values from 0 to 1: devices that failed together do not register together
     */
    public ProvisionedHubAssignment(final DeviceProvisioningService service, final Map<String, String> known,
                                    final Supplier<CompletableFuture<Void>> keeper, final LongSupplier nanoTime, final DoubleSupplier random) {
        this.service = service;
        this.keeper = keeper;
        this.nanoTime = nanoTime;
        this.random = random;
        known.forEach((deviceId, hub) -> assignments.put(deviceId, new Assignment(HostAddress.parse(hub))));
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

    /**
     * @return hubs by device id
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

    /** What is known of one device. */
    private final class Assignment {

        private volatile HostAddress hub;

        private long nextRegistration = nanoTime.getAsLong();

        private boolean outdated;

        private IoTHubException failure;

        private CompletableFuture<AssignedHub> registration;

        private Assignment(final HostAddress hub) {
            this.hub = hub;
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
                return null;
            } catch (final WireFormatException e) {
                return new IoTHubException(FailureCategory.SERVER_ERROR, "Device [%s]: the Device Provisioning Service assigned no usable hub. %s"
                        .formatted(deviceId, e.getMessage()), e);
            }
        }

        /**
         * @param answered true if there was an assignment, also if it is of no use
         * @return the hub, if there is one: an old assignment is better than none
         */
        private synchronized HostAddress settle(final IoTHubException refusal, final boolean answered) {
            final boolean lasting = answered || hub != null || LASTING.contains(refusal.getCategory());
            registration = null;
            failure = refusal;
            nextRegistration = nanoTime.getAsLong() + Math.round((lasting ? WINDOW : PAUSE).toNanos() * (1 + JITTER * random.getAsDouble()));
            return hub;
        }

        private boolean isTooSoon() {
            return nanoTime.getAsLong() - nextRegistration < 0;
        }

        private synchronized boolean doubt() {
            outdated = hub != null && !isTooSoon();
            return outdated;
        }

        private synchronized void put(final String deviceId, final Map<String, String> hubs) {
            if (hub != null) {
                hubs.put(deviceId, hub.toString());
            }
        }
    }

    private static IoTHubException toException(final String deviceId, final Throwable reason) {
        final Throwable cause = reason instanceof CompletionException && reason.getCause() != null ? reason.getCause() : reason;
        return cause instanceof IoTHubException known ? known
                : new IoTHubException(FailureCategory.NOT_CONNECTED, "Device [%s]: no hub was assigned".formatted(deviceId), cause);
    }
}
