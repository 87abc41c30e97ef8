/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an allocation has decided.
 *
 * @param hub name of the hub
 * @param payload data for the device, null for none
 */
public record AllocationResult(String hub, JsonNode payload) {
}
