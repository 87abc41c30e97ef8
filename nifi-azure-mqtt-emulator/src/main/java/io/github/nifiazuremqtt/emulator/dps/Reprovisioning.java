/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

/** What happens to a device that registers again and is allocated to another hub. */
public enum Reprovisioning {
    /** It moves, and its data with it. */
    MIGRATE_DATA,
    /** It moves and starts afresh. */
    RESET_DATA,
    /** It stays where it is. */
    NEVER
}
