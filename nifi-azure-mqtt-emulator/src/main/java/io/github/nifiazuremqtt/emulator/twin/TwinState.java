/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A twin as the service side sees it, at one moment.
 *
 * @param etag ETag
 * @param version changes with every update from either side
 * @param tags tags
 * @param desired desired properties with {@code $version} and {@code $metadata}
 * @param reported reported properties with {@code $version} and {@code $metadata}
 */
public record TwinState(String etag, long version, ObjectNode tags, ObjectNode desired, ObjectNode reported) {
}
