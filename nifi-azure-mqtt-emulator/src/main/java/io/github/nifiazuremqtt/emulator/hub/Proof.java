/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.hub;

import java.time.Instant;

/**
 * What a CONNECT has proved.
 *
 * @param identity who it is
 * @param scope {@code device}, {@code module} or {@code hub}: whose key was used
 * @param type kind of proof as consumers see it, {@code sas} or {@code x509}
 * @param expiry when it ends, {@link Instant#MAX} if it does not
 */
record Proof(RegisteredIdentity identity, String scope, String type, Instant expiry) {
}
