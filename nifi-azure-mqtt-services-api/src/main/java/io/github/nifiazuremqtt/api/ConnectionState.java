/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.api;

/**
 * Where the connection of a device stands.
 */
public enum ConnectionState {

    /** Nobody has needed the connection yet. */
    NEW,

    /** Being opened, from name resolution to CONNACK. */
    CONNECTING,

    /** Open: messages flow. */
    CONNECTED,

    /** Being replaced by one with a new token: publishes wait a moment, none fails. */
    RENEWING,

    /** Not open; the next attempt is scheduled. */
    WAITING,

    /** Ended; a new lease opens it again. */
    CLOSED
}
