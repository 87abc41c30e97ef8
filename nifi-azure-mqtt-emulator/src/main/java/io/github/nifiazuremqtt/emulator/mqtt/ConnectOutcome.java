/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.mqtt;

import java.util.concurrent.CompletionStage;

/** The answer to a CONNECT. */
public sealed interface ConnectOutcome {

    /**
     * CONNACK 0.
     *
     * @param handler what serves the connection from now on
     * @param sessionPresent flag of the CONNACK
     * @param ready when the CONNACK may leave; packets that come before are kept waiting
     */
    record Accepted(SessionHandler handler, boolean sessionPresent, CompletionStage<Void> ready) implements ConnectOutcome {
    }

    /**
     * A CONNACK with a return code, then the connection is closed.
     *
     * @param returnCode return code, 1 to 5
     * @param refusal why
     */
    record Refused(int returnCode, Refusal refusal) implements ConnectOutcome {
    }

    /**
     * The connection is closed without CONNACK.
     *
     * @param refusal why
     */
    record Closed(Refusal refusal) implements ConnectOutcome {
    }
}
