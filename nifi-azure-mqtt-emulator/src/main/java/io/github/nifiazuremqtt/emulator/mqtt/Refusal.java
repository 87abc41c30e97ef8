/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

/**
 * Why the service ends a connection. Clients are never told.
 *
 * @param row row of the table of refusals, 0 for what is none
 * @param reason one sentence
 */
public record Refusal(int row, String reason) {

    static final Refusal ENDED_BY_CLIENT = new Refusal(0, "ended by the client");
    static final Refusal DISCONNECT = new Refusal(0, "DISCONNECT");

    /** Whether nothing was wrong: the client has left by itself. */
    boolean isByClient() {
        return this == ENDED_BY_CLIENT || this == DISCONNECT;
    }

    @Override
    public String toString() {
        return reason;
    }
}
