/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/**
 * Who may register, and what comes out of it.
 *
 * @param id registration id of one device, or name of a group
 * @param group whether it stands for many devices
 * @param attestation how they prove themselves
 * @param enabled whether they may register
 * @param deviceId device id at the hub, empty for the registration id
 * @param allocation which hub they get
 * @param reprovisioning what happens when they register again
 */
public record Enrollment(String id, boolean group, Attestation attestation, boolean enabled, String deviceId, Allocation allocation,
                         Reprovisioning reprovisioning) {

    /** One device. */
    public static Enrollment individual(final String registrationId, final Attestation attestation) {
        return new Enrollment(registrationId, false, attestation, true, "", Allocation.hashed(), Reprovisioning.MIGRATE_DATA);
    }

    /** All devices whose key is derived from the group's, or whose certificates come from the group's authority. */
    public static Enrollment group(final String name, final Attestation attestation) {
        return new Enrollment(name, true, attestation, true, "", Allocation.hashed(), Reprovisioning.MIGRATE_DATA);
    }

    public Enrollment disabled() {
        return new Enrollment(id, group, attestation, false, deviceId, allocation, reprovisioning);
    }

    public Enrollment withDeviceId(final String value) {
        return new Enrollment(id, group, attestation, enabled, value, allocation, reprovisioning);
    }

    public Enrollment withAllocation(final Allocation value) {
        return new Enrollment(id, group, attestation, enabled, deviceId, value, reprovisioning);
    }

    public Enrollment withReprovisioning(final Reprovisioning value) {
        return new Enrollment(id, group, attestation, enabled, deviceId, allocation, value);
    }
}
