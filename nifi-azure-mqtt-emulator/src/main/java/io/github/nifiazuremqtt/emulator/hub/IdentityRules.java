/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.util.Base64;
import java.util.regex.Pattern;

/** What the identity registry takes as ids and keys. */
public final class IdentityRules {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-._:%#*?!(),=@$'+;]{1,128}");
    private static final Pattern REGISTRATION_ID = Pattern.compile("[A-Za-z0-9\\-._:]{0,127}[A-Za-z0-9-]");
    private static final int SHORTEST_KEY = 16;
    private static final int LONGEST_KEY = 64;

    private IdentityRules() {
    }

    /**
     * Lets an id through that a device or module can have.
     *
     * @throws IllegalArgumentException saying what an id is made of
     */
    public static void requireId(final String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("The id [%s] is not made of 1 to 128 ASCII letters, digits and -._:%%#*?!(),=@$'+;".formatted(id));
        }
    }

    /**
     * Lets a registration id, or the name of an enrollment group, through that the provisioning service takes.
     *
     * @throws IllegalArgumentException saying what it is made of
     */
    public static void requireRegistrationId(final String id) {
        if (!REGISTRATION_ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "[%s] is not made of 1 to 128 ASCII letters, digits and -._: with a letter, a digit or - at the end".formatted(id));
        }
    }

    /**
     * Lets a symmetric key through that a hub takes.
     *
     * @throws IllegalArgumentException saying what a key is, without the key
     */
    public static void requireKey(final String key) {
        final int length;
        try {
            length = Base64.getDecoder().decode(key).length;
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("The key, %d characters long, is not Base64".formatted(key.length()));
        }

        if (length < SHORTEST_KEY || length > LONGEST_KEY) {
            throw new IllegalArgumentException("The key is Base64 of %d bytes: a hub takes %d to %d".formatted(length, SHORTEST_KEY, LONGEST_KEY));
        }
    }
}
