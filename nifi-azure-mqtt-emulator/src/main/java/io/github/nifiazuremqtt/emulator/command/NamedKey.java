/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.command;

import io.github.nifiazuremqtt.emulator.hub.IdentityRules;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An id with the key that was given for it.
 *
 * @param id id of a device, {@code device/module}, or name of an enrollment
 * @param key key in Base64, empty to have one made
 */
record NamedKey(String id, String key) {

    @Override
    public String toString() {
        return id;
    }

    /** Reads {@code ID[=KEY]}. What is wrong is said without the key. */
    static final class Converter implements ITypeConverter<NamedKey> {

        @Override
        public NamedKey convert(final String text) {
            final int equals = text.indexOf('=');
            final String id = equals < 0 ? text : text.substring(0, equals);
            final String key = equals < 0 ? "" : text.substring(equals + 1);
            try {
                for (final String part : id.split("/", -1)) {
                    IdentityRules.requireId(part);
                }

                if (equals >= 0) {
                    IdentityRules.requireKey(key);
                }
            } catch (final IllegalArgumentException e) {
                throw new TypeConversionException((equals < 0 ? "%2$s" : "[%s]: %s").formatted(id, sentence(key, equals, e)));
            }

            return new NamedKey(id, key);
        }

        private static String sentence(final String key, final int equals, final IllegalArgumentException e) {
            return equals >= 0 && key.isEmpty() ? "there is no key behind the =; leave it out to have a key made" : e.getMessage();
        }
    }
}
