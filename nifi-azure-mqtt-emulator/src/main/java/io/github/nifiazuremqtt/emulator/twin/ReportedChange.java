/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nifiazuremqtt.emulator.hub.IdentityKey;

/**
 * A device has changed its reported properties.
 *
 * @param key device or module
 * @param patch merge patch
 * @param version version of the reported properties after it
 */
public record ReportedChange(IdentityKey key, ObjectNode patch, long version) {
}
