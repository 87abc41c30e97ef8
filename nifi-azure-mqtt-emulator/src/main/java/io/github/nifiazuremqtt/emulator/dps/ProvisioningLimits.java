/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/**
 * How much the service takes.
 *
 * @param registrationsPerMinute requests to register, of all devices together
 * @param pollsPerWindow polls of one device in the poll window of the timings
 * @param retryAfterSeconds how long a client is told to wait before it polls
 * @param pollsBeforeOutcome how many polls are answered with "assigning" before the outcome is told
 */
public record ProvisioningLimits(int registrationsPerMinute, int pollsPerWindow, int retryAfterSeconds, int pollsBeforeOutcome) {

    /** The limits of the real service. */
    public static ProvisioningLimits real() {
        return new ProvisioningLimits(1000, 5, 3, 0);
    }

    /** Those of the real service, but clients are told not to wait between polls. */
    public static ProvisioningLimits withoutWaiting() {
        return new ProvisioningLimits(1000, 5, 0, 0);
    }

    public ProvisioningLimits withRegistrationsPerMinute(final int value) {
        return new ProvisioningLimits(value, pollsPerWindow, retryAfterSeconds, pollsBeforeOutcome);
    }

    public ProvisioningLimits withPollsPerWindow(final int value) {
        return new ProvisioningLimits(registrationsPerMinute, value, retryAfterSeconds, pollsBeforeOutcome);
    }

    public ProvisioningLimits withPollsBeforeOutcome(final int value) {
        return new ProvisioningLimits(registrationsPerMinute, pollsPerWindow, retryAfterSeconds, value);
    }
}
