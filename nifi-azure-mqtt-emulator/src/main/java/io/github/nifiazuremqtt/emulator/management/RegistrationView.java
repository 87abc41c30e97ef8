/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.management;

import io.github.nifiazuremqtt.emulator.dps.Registration;
import java.util.Map;

/** Registrations as JSON, with the fields of the provisioning service API. */
final class RegistrationView {

    private RegistrationView() {
    }

    static Map<String, Object> of(final Registration registration) {
        return new JsonObject()
                .with("registrationId", registration.registrationId())
                .with("status", registration.status())
                .with("substatus", registration.substatus())
                .with("assignedHub", registration.hub())
                .with("deviceId", registration.deviceId())
                .with("payload", registration.payload())
                .with("errorCode", registration.errorCode())
                .with("errorMessage", registration.errorMessage())
                .with("createdDateTimeUtc", registration.created().toString())
                .with("lastUpdatedDateTimeUtc", registration.updated().toString())
                .fields();
    }
}
