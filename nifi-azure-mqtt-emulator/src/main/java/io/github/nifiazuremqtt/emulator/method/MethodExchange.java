/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.method;

import io.github.nifiazuremqtt.emulator.hub.IdentityKey;
import io.github.nifiazuremqtt.emulator.service.ServiceError;
import java.time.Duration;

/**
 * A call that has come to its end.
 *
 * @param key device or module
 * @param method name of the method
 * @param answer what the device has answered, null if the call has failed
 * @param error why the call has failed, null if it has not
 * @param duration how long the caller has waited
 */
public record MethodExchange(IdentityKey key, String method, MethodAnswer answer, ServiceError error, Duration duration) {
}
