/*
 * Licensed under the Apache License, Version 2.0: see the file LICENSE at the root of the project.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.nifiazuremqtt.emulator.fault;

import java.time.Duration;

/** The side of the endpoint on which faults act. */
public interface Network {

    void dropConnections();

    void resetConnections();

    void goAway();

    void goAway(Duration time);

    void comeBack();

    void refuseSockets(boolean refuse);
}
