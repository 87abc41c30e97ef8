/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What an allocation decides on.
 *
 * @param registrationId registration id
 * @param payload payload of the request, null if there was none
 * @param hubs names of the linked hubs
 */
public record AllocationRequest(String registrationId, JsonNode payload, List<String> hubs) {
}
