/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import java.util.Optional;

/**
 * Which ids a registry can hold (contract sections 1.2 and 8.1).
 */
public final class IdentityRules {

    private static final int MAXIMUM_LENGTH = 128;

    private static final CharacterSet DEVICE_ID_CHARACTERS = CharacterSet.lettersDigitsAnd("-._:%#*?!(),=@$'+;");

    private static final CharacterSet REGISTRATION_ID_CHARACTERS = CharacterSet.lettersDigitsAnd("-._:");

    private IdentityRules() {
    }

    /**
     * @return why no hub can hold this identity, in one sentence; empty if one can
     */
    public static Optional<String> findProblem(final DeviceIdentity identity) {
        return findProblem("Device", identity.deviceId()).or(() -> identity.module().flatMap(module -> findProblem("Module", module)));
    }

    /**
     * @return why the Device Provisioning Service cannot know this registration id, in one sentence; empty if it can
     */
    public static Optional<String> findRegistrationProblem(final String registrationId) {
        if (registrationId.isEmpty() || registrationId.length() > MAXIMUM_LENGTH || !REGISTRATION_ID_CHARACTERS.containsAll(registrationId)) {
            return Optional.of("Registration ID [%s] is not made of 1 to %d ASCII letters, digits and %s"
                    .formatted(registrationId, MAXIMUM_LENGTH, REGISTRATION_ID_CHARACTERS));
        }

        final char last = registrationId.charAt(registrationId.length() - 1);
        return Character.isLetterOrDigit(last) || last == '-' ? Optional.empty()
                : Optional.of("Registration ID [%s] does not end with a letter, a digit or -".formatted(registrationId));
    }

    private static Optional<String> findProblem(final String kind, final String id) {
        if (id.length() <= MAXIMUM_LENGTH && DEVICE_ID_CHARACTERS.containsAll(id)) {
            return Optional.empty();
        }

        return Optional.of("%s ID [%s] is not made of 1 to %d ASCII letters, digits and %s".formatted(kind, id, MAXIMUM_LENGTH, DEVICE_ID_CHARACTERS));
    }
}
