/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.services.connection;

import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.DoubleSupplier;
import org.apache.nifi.logging.ComponentLog;

/**
 * What all connections of a service share.
 *
 * @param settings  settings
 * @param connector makes connections
 * @param consumers who receives what
 * @param timer     runs what waits for a time; for short work only
 * @param workers   run what may wait for name resolution, files or another service
 * @param clock     clock
 * @param random    values from 0 to 1
 * @param log       log and bulletins of the service
 */
record ConnectionContext(ConnectionSettings settings, Connector connector, Consumers consumers, ScheduledExecutorService timer, Executor workers,
                         InstantSource clock, DoubleSupplier random, ComponentLog log) {
}
