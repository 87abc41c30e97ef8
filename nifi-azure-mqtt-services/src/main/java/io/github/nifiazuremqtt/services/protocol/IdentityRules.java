/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.protocol;

import io.github.nifiazuremqtt.api.DeviceIdentity;
import io.github.nifiazuremqtt.api.SecretForm;
import io.github.nifiazuremqtt.api.ShownText;
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
        return findProblem("Device", identity.deviceId(), DEVICE_ID_CHARACTERS)
                .or(() -> identity.module().flatMap(module -> findProblem("Module", module, DEVICE_ID_CHARACTERS)));
    }

    /**
     * @return why the Device Provisioning Service cannot know this registration id, in one sentence; empty if it can
     */
    public static Optional<String> findRegistrationProblem(final String registrationId) {
        return findProblem("Registration", registrationId, REGISTRATION_ID_CHARACTERS).or(() -> {
            final char last = registrationId.charAt(registrationId.length() - 1);
            return Character.isLetterOrDigit(last) || last == '-' ? Optional.empty()
                    : Optional.of("Registration ID [%s] does not end with a letter, a digit or -".formatted(registrationId));
        });
    }

    private static Optional<String> findProblem(final String kind, final String id, final CharacterSet characters) {
        final int other = characters.findOther(id);
        if (id.isEmpty() || id.length() > MAXIMUM_LENGTH || other >= 0) {
            return Optional.of("%s ID [%s] is not made of 1 to %d ASCII letters, digits and %s: it has %s".formatted(kind, ShownText.value(id), MAXIMUM_LENGTH,
                    characters, other >= 0 ? ShownText.character(id, other) : "%,d characters".formatted(id.length())));
        }

        // A connection string is made of characters that an id can have.
        return SecretForm.find(id).map(form -> "%s ID is no id but looks like %s (%,d characters): give the id alone, and the secret to the credentials service"
                .formatted(kind, form.getDescription(), id.length()));
    }
}
