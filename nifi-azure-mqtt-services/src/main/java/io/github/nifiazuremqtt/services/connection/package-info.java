/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The one connection of each device identity: leases, states, retries, renewal of tokens, the window of messages in flight, and what comes in.
 */
package io.github.nifiazuremqtt.services.connection;
