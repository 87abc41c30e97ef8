/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a device answers to a call.
 *
 * @param status status that the device has chosen
 * @param payload payload, JSON null if there is none
 */
public record MethodAnswer(int status, JsonNode payload) {
}
