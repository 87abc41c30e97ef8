/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.processors;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.IoTHubException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.nifi.processor.ProcessContext;

/**
 * How long the credentials of each device have been refused, and whether its FlowFiles have waited long enough for a person. It runs from the first refusal
 * until the device is connected: a network that fails in between accepts nobody. Thread-safe.
 */
final class RefusalClock {

    /** Devices beyond that are forgotten, those first that nobody asked for; for them the time begins anew. */
    private static final int MAXIMUM_DEVICES = 10_000;

    private final boolean routing;

    private final long timeoutNanos;

    private final Map<DeviceIdentity, Long> refusedSince = new LinkedHashMap<>(16, 0.75f, true);

    private volatile boolean empty = true;

    RefusalClock(final FailureStrategy strategy, final long timeoutNanos) {
        this.routing = strategy == FailureStrategy.ROUTE_TO_FAILURE;
        this.timeoutNanos = timeoutNanos;
    }

    static RefusalClock of(final ProcessContext context) {
        final FailureStrategy strategy = context.getProperty(IoTHubProperties.FAILURE_STRATEGY).asAllowableValue(FailureStrategy.class);
        return new RefusalClock(strategy, strategy == FailureStrategy.KEEP_IN_QUEUE ? 0
                : context.getProperty(IoTHubProperties.REFUSAL_TIMEOUT).asTimePeriod(TimeUnit.NANOSECONDS));
    }

    /**
     * @param obstacle why the device has no connection now
     * @return true if its FlowFiles go to failure
     */
    boolean isOver(final DeviceIdentity identity, final IoTHubException obstacle) {
        if (!routing || !isRefusal(obstacle)) {
            return false;
        }

        final long now = System.nanoTime();
        synchronized (refusedSince) {
            final long since = refusedSince.computeIfAbsent(identity, key -> now);
            empty = false;
            if (refusedSince.size() > MAXIMUM_DEVICES) {
                refusedSince.remove(refusedSince.keySet().iterator().next());
            }
            return now - since >= timeoutNanos;
        }
    }

    /**
     * Notes that the device is connected.
     */
    void accepted(final DeviceIdentity identity) {
        if (empty) {
            return;
        }

        synchronized (refusedSince) {
            refusedSince.remove(identity);
            empty = refusedSince.isEmpty();
        }
    }

    /** Other failures heal by themselves: the network, a limit, another client that goes away. */
    private static boolean isRefusal(final IoTHubException obstacle) {
        return switch (obstacle.getCategory()) {
            case UNAUTHORIZED, INVALID_CONFIGURATION -> true;
            default -> false;
        };
    }
}
