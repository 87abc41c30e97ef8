/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The language between processors and controller services: devices, messages, answers and failures.
 * <p>
 * Conventions. Parameters, results and record components are never null unless said so; what may be missing is an {@code Optional}, or a component
 * documented as null with a {@code find..} method beside it. Byte arrays are not copied: whoever hands one over must not change it afterwards.
 * Asynchronous methods return a {@code CompletableFuture} that fails with {@link io.github.nifiazuremqtt.api.IoTHubException} and nothing else.
 * NiFi passes services and what they return through JDK proxies: do not test for implementations and do not compare by identity.
 * <p>
 * Growth is additive: a new method of an interface is a {@code default} method, a published method is not changed.
 */
package io.github.nifiazuremqtt.api;
