/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;

/** Numbers that depend on a device and a hub, and look random. */
final class Hashing {

    private static final int MULTIPLIER = 0x9E3779B1;

    private Hashing() {
    }

    static int spread(final String registrationId, final String hub) {
        final CRC32C checksum = new CRC32C();
        checksum.update((hub + '/' + registrationId.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8));
        final int value = (int) checksum.getValue() * MULTIPLIER;
        // a checksum is linear: without this the order of two hubs would be the same for every device
        return (value ^ value >>> 15) * (value | 1);
    }
}
