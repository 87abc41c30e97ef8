/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

/**
 * An entry of the identity registry.
 *
 * @param key device or module
 * @param enabled whether it may connect
 * @param authentication how it proves itself
 * @param generationId changes when an identity is deleted and made again
 * @param etag changes with every update
 */
public record RegisteredIdentity(IdentityKey key, boolean enabled, Authentication authentication, String generationId, String etag) {
}
