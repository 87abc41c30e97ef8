/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * The outcome of a registration.
 *
 * @param registrationId registration id as typed
 * @param attestation kind of proof, the name of a field of the registration state
 * @param status {@code assigned}, {@code failed}, {@code disabled} or {@code unassigned}
 * @param hub name of the hub, empty unless assigned
 * @param deviceId device id at the hub, empty unless assigned
 * @param substatus how the assignment came about, empty unless assigned
 * @param payload data of a custom allocation, null if there is none
 * @param errorCode code of a failure, 0 if there is none
 * @param errorMessage text of a failure
 * @param connectionProfile protocol of the hub, empty to leave the field out
 * @param created when the device was first registered
 * @param updated when this outcome was reached
 * @param version counts the outcomes of this registration id
 */
public record Registration(String registrationId, String attestation, String status, String hub, String deviceId, String substatus, JsonNode payload,
                           int errorCode, String errorMessage, String connectionProfile, Instant created, Instant updated, int version) {

    static final String ASSIGNED = "assigned";
    static final String FAILED = "failed";
    static final String DISABLED = "disabled";

    public boolean isAssigned() {
        return ASSIGNED.equals(status);
    }

    /** The first part of every outcome. */
    static Registration begin(final String registrationId, final Attestation.Type type, final Registration before, final Instant now) {
        return new Registration(registrationId, type.apiName(), "", "", "", "", null, 0, "", "",
                before == null ? now : before.created, now, before == null ? 0 : before.version + 1);
    }

    Registration assigned(final String assignedHub, final String assignedDeviceId, final String how, final JsonNode data, final String profile) {
        return new Registration(registrationId, attestation, ASSIGNED, assignedHub, assignedDeviceId, how, data, 0, "", profile, created, updated, version);
    }

    Registration ended(final String finalStatus, final int code, final String message) {
        return new Registration(registrationId, attestation, finalStatus, "", "", "", null, code, message, "", created, updated, version);
    }
}
